-- What people have decided about breaks and months. Rows are never changed: a decision is taken back by a further one.
create table reconciliation.decisions (
  decision_id  text primary key,
  account      text not null references reconciliation.accounts,
  kind         text not null check (kind in ('match', 'unmatch', 'write-off', 'explain', 'lock', 'withdraw')),
  statement    text[] not null,             -- entry_ref of the entries that it is about
  ledger       text[] not null,             -- transaction_id#n of those of ours; of a write-off the one that it booked too
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
  select 'lock/' || account || '/' || period, account, 'lock', '{}', '{}', null, period, null, actor, null, reason, locked_at
  from reconciliation.locks;
drop table reconciliation.locks;

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
