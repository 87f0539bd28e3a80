-- Acts on many obligations at once: each line is an ordinary command with an id of its own, so that it may be sent again.
create table batch_run (
  id uuid primary key,
  plan uuid not null,
  kind text not null,
  sender jsonb not null,
  made timestamptz not null,
  finished timestamptz,
  holder uuid,
  held_until timestamptz,
  fault text
);
create index on batch_run (plan, made);
create index on batch_run (made) where finished is null;

create table batch_line (
  run uuid not null references batch_run on delete cascade,
  line int not null,
  "row" int,
  obligation uuid,
  act text not null,
  command uuid not null,
  data jsonb,
  outcome text,
  code text,
  details jsonb,
  primary key (run, line)
);
create index on batch_line (run, line) where outcome is null;

-- Status tables that were handed in; the bytes go when the lines have been carried out.
create table status_import (
  id uuid primary key,
  plan uuid not null,
  by text not null,
  made timestamptz not null,
  file text not null,
  sha256 text not null,
  bytes bytea,
  summary jsonb not null default '{}',
  confirmed timestamptz
);
create index on status_import (plan, made);
create index on status_import (made) where confirmed is null;
