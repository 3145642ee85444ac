-- What a person gave up on reconciling an account of ours at a bank.
alter table ledger.transactions drop constraint transactions_kind_check,
  add constraint transactions_kind_check
    check (kind in ('opening', 'transfer', 'settlement', 'write-off', 'reversal'));
