-- Patients' records. Everything that says who somebody is stands here sealed (AES-256-GCM) or as a keyed hash.
create schema patients;

-- One identifier (keyed HMAC of system and value), one patient.
create table patients.identifiers (
  identifier   text primary key check (identifier ~ '^[0-9a-f]{32}$'),
  patient_ref  text not null
);
create index identifiers_patient on patients.identifiers (patient_ref);

-- Versions are only added. A withdrawn version is followed by one that says what was before.
create table patients.versions (
  patient_ref   text not null,
  version       int not null check (version > 0),
  version_ref   text not null,            -- of the source's resource
  state         text not null check (state in ('current', 'withdrawn')),
  last_updated  timestamptz,              -- the source's own; null where it has none
  resource      jsonb,                    -- {"sealed": "…"}; null: there was no record before
  written_at    timestamptz not null,
  primary key (patient_ref, version)
);

create table patients.announcements (
  patient_ref   text not null,
  version       int not null,
  announced_at  timestamptz not null,
  primary key (patient_ref, version)
);
