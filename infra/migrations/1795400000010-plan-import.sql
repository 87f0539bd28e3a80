-- Annex files that were handed in to be looked at; the rows of a confirmed one are in the plan's events.
create table plan_import (
  id uuid primary key,
  plan uuid not null,
  by text not null,
  made timestamptz not null,
  file text not null,
  sha256 text not null,
  bytes bytea not null,
  sheet text,
  mapping jsonb not null default '{}',
  confirmed timestamptz
);
create index on plan_import (plan, made);
create index on plan_import (made) where confirmed is null;
