-- Double entry. Amounts are integer minor units; an entry's amount is what it adds to the account's balance, so a
-- transaction sums to zero per currency. Entries are immutable: a correction is a linked reversing transaction.
create schema ledger;

create table ledger.accounts (
  account_id     text primary key,
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  -- The lowest the balance may be; null: no bound (a bank's own or a settlement account).
  minimum_minor  bigint default 0,
  closed         boolean not null default false,
  -- Kept with the entries and the holds, in the same transaction; `ledger.discrepancies` recomputes both.
  balance_minor  bigint not null default 0,
  held_minor     bigint not null default 0 check (held_minor >= 0),
  -- The last line of defence; the activities refuse before.
  check (minimum_minor is null or balance_minor - held_minor >= minimum_minor)
);

create table ledger.transactions (
  transaction_id  text primary key,
  kind            text not null check (kind in ('opening', 'transfer', 'reversal')),
  reverses        text unique references ledger.transactions,   -- at most one reversal a transaction
  booked_at       timestamptz not null,
  check ((kind = 'reversal') = (reverses is not null))
);

create table ledger.entries (
  transaction_id  text not null references ledger.transactions,
  n               int not null,
  account_id      text not null references ledger.accounts,
  currency        text not null,
  amount_minor    bigint not null check (amount_minor <> 0),
  primary key (transaction_id, n)
);
create index entries_account on ledger.entries (account_id);

create table ledger.holds (
  transfer_id   text primary key,
  account_id    text not null references ledger.accounts,
  amount_minor  bigint not null check (amount_minor > 0),
  state         text not null check (state in ('held', 'posted', 'voided'))
);

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'entries are immutable' using errcode = 'restrict_violation';
end $$;
create trigger entries_immutable before update or delete on ledger.entries
  for each row execute function ledger.refuse_change();
create trigger transactions_immutable before update or delete on ledger.transactions
  for each row execute function ledger.refuse_change();

-- Checked at commit, when the transaction has all its entries.
create function ledger.require_balance() returns trigger language plpgsql as $$
begin
  if exists (select from ledger.entries where transaction_id = new.transaction_id group by currency having sum(amount_minor) <> 0) then
    raise exception 'a transaction sums to zero per currency' using errcode = 'check_violation', constraint = 'entries_balance';
  end if;
  return null;
end $$;
create constraint trigger entries_balance after insert on ledger.entries
  deferrable initially deferred for each row execute function ledger.require_balance();

-- Empty, or something is wrong: what is kept on the account against what its entries and holds add up to.
create view ledger.discrepancies as
  select a.account_id, a.balance_minor, a.held_minor,
         coalesce(e.booked, 0) as booked_minor, coalesce(h.held, 0) as holds_minor
  from ledger.accounts a
  left join (select account_id, sum(amount_minor) as booked from ledger.entries group by 1) e using (account_id)
  left join (select account_id, sum(amount_minor) as held from ledger.holds where state = 'held' group by 1) h using (account_id)
  where a.balance_minor <> coalesce(e.booked, 0) or a.held_minor <> coalesce(h.held, 0);
