-- What of the audit stands under which seal, so that a sealer finds what is new without reading every seal. Only that:
-- seals are in a bucket that nobody can change, and `audit verify` believes them, and not this. A row that says of a
-- subject what no seal says is itself a fault; one that is missing is made again from the seals, or sealed again.
create table kit.audit_sealed (
  subject  text primary key,
  n        bigint not null,                -- the last of its entries that is sealed,
  hash     text not null,                  --   and the chain's hash there
  seal     int not null check (seal > 0)   -- the number of the seal that says so
);
create index audit_sealed_seal on kit.audit_sealed (seal);
