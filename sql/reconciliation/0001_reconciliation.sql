-- Bank statements, and what came of comparing them with the ledger. What a bank has sent is never changed or removed: a
-- corrected statement is a further edition of it.
create schema reconciliation;

-- An account as its bank names it. Opened by the first statement of it.
create table reconciliation.accounts (
  account         text primary key,
  -- The account of ours that it mirrors; null: statement-only, and every entry is a break.
  ledger_account  text unique references ledger.accounts
);

create table reconciliation.statements (
  statement_ref        text not null,       -- its identity: servicer, account, id and page, hashed
  edition              int not null check (edition > 0),
  account              text not null references reconciliation.accounts,
  kind                 text not null check (kind in ('statement', 'report', 'notification')),
  source               text not null,       -- camt.053.001.08, bai2, csv
  statement_id         text not null,       -- the servicer's
  content              text not null,       -- hash of all that it says: another one is a restatement
  file                 text not null,       -- SHA-256 of the file that it came in
  currency             text,
  electronic_sequence  text,
  legal_sequence       text,
  page                 int,
  opening_minor        bigint,
  closing_minor        bigint,
  day                  date,                -- the last that it tells of
  adding_up            text not null,       -- adds-up, or why that cannot be said
  continuity           text not null,       -- how it stands to the one before: first, follows, gap, overlap, unknown
  loaded_at            timestamptz not null,
  primary key (statement_ref, edition)
);
create index statements_account on reconciliation.statements (account, day);

create table reconciliation.entries (
  entry_ref       text not null,            -- its identity: the servicer's reference, else statement, content and occurrence
  fingerprint     text not null,            -- of all that it says
  account         text not null references reconciliation.accounts,
  statement_ref   text not null,            -- where it stands, and
  edition         int not null,             --   since which edition
  kind            text not null,            -- of that statement: what a report tells is provisional
  status          text not null check (status in ('booked', 'pending', 'information', 'future')),
  amount_minor    bigint not null,          -- as the bank has it: a credit to the account is positive
  currency        text not null,
  booking_date    date,
  value_date      date,
  reversal        boolean not null,
  refs            text[] not null,          -- end-to-end ids and others; none of them is unique
  entry           jsonb not null,           -- all that was read of it: names and remittance texts are personal data
  -- The statement and edition in which it stands no more, or otherwise. It counts no more, and stays for who asks.
  dropped_by      text,
  dropped_in      int,
  foreign key (statement_ref, edition) references reconciliation.statements,
  foreign key (dropped_by, dropped_in) references reconciliation.statements
);
-- What an identity stands for is told in one place at a time.
create unique index entries_current on reconciliation.entries (entry_ref) where dropped_by is null;
create index entries_statement on reconciliation.entries (statement_ref);
create index entries_account on reconciliation.entries (account) where dropped_by is null;

-- What a comparison came to, one row a period that it changed: the content of a published version.
create table reconciliation.results (
  account    text not null references reconciliation.accounts,
  period     text not null check (period ~ '^\d{4}-\d{2}$'),
  n          int not null check (n > 0),
  result     jsonb not null,
  sha256     text not null,
  at         timestamptz not null,
  primary key (account, period, n)
);

-- A locked period keeps the result that it had.
create table reconciliation.locks (
  account    text not null references reconciliation.accounts,
  period     text not null,
  actor      text not null,
  reason     text not null,
  locked_at  timestamptz not null,
  primary key (account, period)
);
