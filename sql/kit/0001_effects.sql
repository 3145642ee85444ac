-- The kit's own tables: what was done under which key, who is waiting, and the audit of it all.
create schema kit;

-- One row a key. A key is the token of one intended effect, built from business ids only
-- (`orders/ord_42/shipments/2/capture`), with `#n` appended for its n-th generation.
create table kit.effects (
  key          text primary key check (length(key) <= 220),
  -- The key without its generation; `@n` stands in the key of an undo of the n-th.
  base_key     text not null check (base_key ~ '^[A-Za-z0-9._%-]+(/[A-Za-z0-9._%-]+)*(@[0-9]+)?$'),
  activity     text not null,
  workflow_id  text not null,              -- whose effect it is, also when Temporal has forgotten the run
  -- SHA-256 of the canonical JSON of the input as received (keyed HMAC for sealed pipelines).
  -- Null when a person settled the key before any attempt reached it: then any payload matches.
  fingerprint  text,
  -- intended: a remote call may have been sent. applied, refused: settled. burned: undone, or undone before it came.
  state        text not null check (state in ('intended', 'applied', 'refused', 'burned')),
  outcome      jsonb,                      -- {"applied": …} or {"refused": {"type", "detail"}}; kept when burned
  request      jsonb,                      -- remote calls: the exact request, resent and never rebuilt
  sends        int not null default 0,     -- remote calls: how often it may have been sent; compare-and-set before each
  intended_at  timestamptz not null,
  settled_at   timestamptz,
  check ((outcome is null) <= (state in ('intended', 'burned')))
);
create index effects_base_key on kit.effects (base_key);
create index effects_workflow on kit.effects (workflow_id);
-- What is in doubt is looked for by doctor, metrics and people, and is a handful of rows among millions.
create index effects_intended on kit.effects (intended_at) where state = 'intended';

-- When the same thing is meant to be done anew (its key burned, expired or, by `resolve`, refused), the key's
-- generation goes up by one. No row: the first generation, which has no suffix.
create table kit.generations (
  base_key    text primary key,
  generation  int not null check (generation > 1)
);

create function kit.key_of(p_base text) returns text language sql stable as $$
  select p_base || coalesce((select '#' || generation from kit.generations where base_key = p_base), '')
$$;

-- Claims a key: inserts it in state `p_state`, or locks and returns what is there.
-- The insert and the select are separate statements on purpose: under READ COMMITTED each takes a snapshot of its own,
-- so that the row of a twin who committed while we waited is seen. (One CTE for both returns no row at all.)
create function kit.claim(
  p_base text, p_activity text, p_fingerprint text, p_state text, p_request jsonb, p_at timestamptz, p_workflow text,
  out fresh boolean, out effect kit.effects
) language plpgsql as $$
declare
  k text := kit.key_of(p_base);
begin
  insert into kit.effects (key, base_key, activity, workflow_id, fingerprint, state, request, sends, intended_at)
  values (k, p_base, p_activity, p_workflow, p_fingerprint, p_state, p_request,
          case when p_request is null then 0 else 1 end, p_at)
  on conflict (key) do nothing
  returning * into effect;
  fresh := found;
  if not fresh then
    select * into effect from kit.effects where key = k for update;
  elsif exists (select from kit.inbox where workflow_id = p_workflow and state = 'ended') then
    -- A run that has a fate is answered from it. A reset may go through it again, but makes nothing new.
    raise exception 'the run has ended' using errcode = 'EK001';
  end if;
end $$;

-- The audit. One hash chain a subject (the workflow id), because one global chain costs four times as much.
create table kit.audit_heads (
  subject  text primary key,
  n        bigint not null,
  hash     text not null
);
create table kit.audit (
  subject  text not null,
  n        bigint not null,
  -- An entry is about an effect that exists: an effect without its entry, or the reverse, cannot be committed.
  key      text not null references kit.effects (key),
  entry    text not null,                  -- canonical JSON, as hashed
  hash     text not null,                  -- hex SHA-256 of previous hash, line feed, subject, line feed, n, line feed, entry
  primary key (subject, n)
);
create index audit_key on kit.audit (key);

create function kit.audit_hash(p_previous text, p_subject text, p_n bigint, p_entry text) returns text
language sql immutable as $$
  select encode(sha256(convert_to(p_previous || E'\n' || p_subject || E'\n' || p_n || E'\n' || p_entry, 'UTF8')), 'hex')
$$;

create function kit.append_audit(p_subject text, p_key text, p_entry text) returns void language plpgsql as $$
declare
  h kit.audit_heads;
begin
  insert into kit.audit_heads values (p_subject, 0, '') on conflict do nothing;
  select * into h from kit.audit_heads where subject = p_subject for update;
  h.n := h.n + 1;
  h.hash := kit.audit_hash(h.hash, p_subject, h.n, p_entry);
  insert into kit.audit values (p_subject, h.n, p_key, p_entry, h.hash);
  update kit.audit_heads set n = h.n, hash = h.hash where subject = p_subject;
end $$;

-- Settles an intended key and writes its audit entry, in one statement. No longer intended: changes nothing and
-- returns the row as it is, for a twin's outcome counts as ours.
create function kit.settle(
  p_key text, p_state text, p_outcome jsonb, p_at timestamptz, p_subject text, p_entry text,
  out won boolean, out effect kit.effects
) language plpgsql as $$
begin
  update kit.effects set state = p_state, outcome = p_outcome, settled_at = p_at
  where key = p_key and state = 'intended' returning * into effect;
  won := found;
  if won then
    perform kit.append_audit(p_subject, p_key, p_entry);
  else
    select * into effect from kit.effects where key = p_key;
  end if;
end $$;

-- Burns a forward key: its outcome stays, for the undo and for people.
create function kit.burn(p_key text, p_at timestamptz) returns void language sql as $$
  update kit.effects set state = 'burned', settled_at = coalesce(settled_at, p_at) where key = p_key
$$;

create function kit.raise_generation(p_base text) returns void language sql as $$
  insert into kit.generations values (p_base, 2)
  on conflict (base_key) do update set generation = kit.generations.generation + 1
$$;
