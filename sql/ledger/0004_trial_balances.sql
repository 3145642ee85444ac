-- What does not balance: currencies whose debits are not their credits, and accounts that are not what their entries and
-- holds add up to. Empty, or money was made or lost.
create view ledger.out_of_balance as
  select currency as what from ledger.trial_balance group by 1 having sum(debit_minor) <> sum(credit_minor)
  union all
  select account_id from ledger.discrepancies;

-- Trial balances that were drawn up on schedule, each of one moment: for those who ask later.
create table ledger.kept_trial_balances (
  drawn_for  text primary key,       -- the schedule and its nominal time
  totals     jsonb not null,         -- by currency: {"currency", "debitMinor", "creditMinor"}, minor units as digits
  accounts   int not null,
  wrong      text[] not null,        -- all of it
  at         timestamptz not null
);
