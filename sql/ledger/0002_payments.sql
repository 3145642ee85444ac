-- Limits, approvals, screening, and payments that leave by a rail.

alter table ledger.accounts
  -- The highest the balance may be; null: what 18 digits of minor units hold.
  add column maximum_minor bigint not null default 999999999999999999,
  add constraint accounts_maximum check (balance_minor <= maximum_minor);

alter table ledger.transactions drop constraint transactions_kind_check,
  -- settlement: the rail has paid, and our account at the correspondent is the poorer.
  add constraint transactions_kind_check check (kind in ('opening', 'transfer', 'settlement', 'reversal'));

-- What a hold came to: posted whole or in part (the rest is free again), or voided, as what was posted and rejected
-- afterwards is too. It counts towards the limit of its day, UTC, while it is not voided.
alter table ledger.holds
  add column posted_minor bigint not null default 0,
  add column day date not null default '-infinity';
alter table ledger.holds alter column day drop default;
create index holds_day on ledger.holds (account_id, day);
update ledger.holds set posted_minor = amount_minor where state = 'posted';
alter table ledger.holds add constraint holds_posted
  check (posted_minor between 0 and amount_minor and (posted_minor > 0) = (state = 'posted'));

-- What may leave an account. No row: no limit but its balance.
create table ledger.limits (
  account_id      text primary key references ledger.accounts,
  transfer_minor  bigint check (transfer_minor > 0),   -- of one transfer; null: none
  day_minor       bigint check (day_minor > 0),        -- of all that is held or posted of one day; null: none
  approval_minor  bigint check (approval_minor > 0)    -- above this a second person approves; null: never
);

-- Payments to other banks leave by the rail of their currency: out of the debtor's account into the clearing account
-- when the rail has accepted, and from there to our account at the correspondent (nostro) when it has settled.
create table ledger.rails (
  currency          text primary key,
  clearing_account  text not null references ledger.accounts,
  nostro_account    text not null references ledger.accounts
);

-- Names that are not paid without a person's word. A list is loaded whole, as the next version, and never changed.
create table ledger.screening_lists (
  version    int primary key,
  sha256     text not null unique,        -- of the file
  loaded_at  timestamptz not null
);
create table ledger.screening_entries (
  version   int not null references ledger.screening_lists,
  entry_id  text not null,                -- the list's own
  name      text not null,
  primary key (version, entry_id, name)
);

-- What was looked at before a transfer was held, and what was found: for those who ask later.
create table ledger.controls (
  transfer_id  text not null,
  control      text not null check (control in ('validation', 'screening')),
  found        jsonb not null,
  at           timestamptz not null,
  primary key (transfer_id, control)
);

-- Whom to remind of what. An outbox: whoever sends mail reads it.
create table ledger.reminders (
  transfer_id  text not null,
  n            int not null,
  question     text not null,
  at           timestamptz not null,
  primary key (transfer_id, question, n)
);

-- Per currency and account, what was debited and credited; the sums of both are equal, or money was made or lost.
create view ledger.trial_balance as
  select a.currency, a.account_id,
         coalesce(sum(-e.amount_minor) filter (where e.amount_minor < 0), 0) as debit_minor,
         coalesce(sum(e.amount_minor) filter (where e.amount_minor > 0), 0) as credit_minor
  from ledger.accounts a left join ledger.entries e using (account_id)
  group by 1, 2;
