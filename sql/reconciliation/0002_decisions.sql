-- What people have decided about breaks and months. Rows are never changed: a decision is taken back by a further one.
create table reconciliation.decisions (
  decision_id  text primary key,
  account      text not null references reconciliation.accounts,
  kind         text not null check (kind in ('match', 'unmatch', 'write-off', 'explain', 'lock', 'withdraw')),
  -- The entries that it is about, as they were then: id, amountMinor, currency. One that says otherwise is another one.
  statement    jsonb not null,              -- the bank's: entry_ref
  ledger       jsonb not null,              -- ours: transaction_id#n; of a write-off the one that it booked too
  booked       text,                        --   and that one by itself
  period       text,                        -- the month that it counts for; of a lock the one that is locked
  withdraws    text unique references reconciliation.decisions,
  actor        text not null,
  approver     text,                        -- the second person, where one was asked
  reason       text not null,
  at           timestamptz not null,
  check ((kind = 'withdraw') = (withdraws is not null)),
  check ((kind = 'write-off') = (booked is not null)),
  check (approver <> actor)
);
create index decisions_account on reconciliation.decisions (account);

create function reconciliation.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'decisions are immutable' using errcode = 'restrict_violation';
end $$;
create trigger decisions_immutable before update or delete on reconciliation.decisions
  for each row execute function reconciliation.refuse_change();

-- A lock is a decision: it is withdrawn as any other is.
insert into reconciliation.decisions
  select 'lock-' || md5(account || '/' || period), account, 'lock', '[]', '[]', null, period, null, actor, null, reason, locked_at
  from reconciliation.locks;
drop table reconciliation.locks;

-- Whether everything that was taken in or decided about an account is in its results: only then is a month locked.
alter table reconciliation.accounts add column compared boolean not null default true;
update reconciliation.results set result = result || '{"lapsed": []}' where not result ? 'lapsed';

-- Who may give up how much of what. No row: nothing is written off.
create table reconciliation.write_offs (
  account         text primary key,         -- may be set before the first statement of it
  ledger_account  text not null references ledger.accounts,    -- where it is booked: charges, losses
  limit_minor     bigint not null check (limit_minor > 0),     -- of one write-off
  approval_minor  bigint not null default 0 check (approval_minor >= 0)   -- above this a second person approves
);

-- What stands as decided: neither withdrawn, nor a withdrawal.
create view reconciliation.standing as
  select * from reconciliation.decisions d
  where kind <> 'withdraw' and not exists (select from reconciliation.decisions w where w.withdraws = d.decision_id);
