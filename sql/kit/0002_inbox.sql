-- The inbox remembers every start for years: Temporal forgets a run after its retention, a business does not.
create table kit.inbox (
  workflow_id  text primary key,
  pipeline     text not null,              -- its task queue
  workflow     text not null,              -- its workflow's type: what a sweep starts
  business_id  text not null,
  fingerprint  text not null,              -- of the payload as received
  payload      jsonb not null,             -- {"sealed": "…"} for sealed pipelines
  summary      text not null,
  -- received: committed, not known to be started. started: Temporal has it. ended: it has a fate, answered from here.
  state        text not null check (state in ('received', 'started', 'ended')),
  run          int not null default 1,     -- the run's number; a redrive raises it
  run_id       text,                       -- Temporal's, of the latest start
  fate         text check (fate in ('completed', 'refused', 'compensated')),
  reason       text,
  result       jsonb,
  received_at  timestamptz not null,
  looked_at    timestamptz,                -- when a sweeper last looked whether its run is still there
  ended_at     timestamptz,
  check ((state = 'ended') = (fate is not null))
);
-- The sweeper's and `evenkeel list`'s question.
create index inbox_open on kit.inbox (pipeline, received_at) where state <> 'ended';

-- What a person decided, under the id of the update that carried it.
create table kit.decisions (
  workflow_id  text not null,
  update_id    text not null,
  kind         text not null check (kind in ('cancel', 'resolve', 'answer')),
  actor        text not null,
  reason       text not null,
  question     text,                       -- answers: which question, and
  fingerprint  text,                       --   what the person was shown
  choice       text,
  decided_at   timestamptz not null,
  primary key (workflow_id, update_id)
);
create index decisions_question on kit.decisions (workflow_id, question, fingerprint) where kind = 'answer';

-- Where unusable input is kept whole, with the reason. `source` + `position` + `fingerprint` make it once.
create table kit.quarantine (
  id           bigint generated always as identity primary key,
  pipeline     text not null,
  source       text not null,              -- the file, queue or stream
  position     text not null,              -- line, sequence number or message id
  reason       text not null,              -- a code, never a value
  fingerprint  text not null,
  body         bytea not null,             -- as it came, byte for byte
  received_at  timestamptz not null,
  unique (pipeline, source, position, fingerprint)
);
