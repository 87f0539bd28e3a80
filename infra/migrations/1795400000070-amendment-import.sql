-- Edited annex files that shall amend a plan, looked at before they do; what they changed is in the plan's events.
create table amendment_import (
  id uuid primary key,
  plan uuid not null,
  by text not null,
  made timestamptz not null,
  file text not null,
  sha256 text not null,
  bytes bytea not null,
  effect date not null,
  decided jsonb not null default '{}',
  confirmed timestamptz
);
create index on amendment_import (made) where confirmed is null;
