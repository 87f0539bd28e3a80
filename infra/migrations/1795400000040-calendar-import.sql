-- Previews of calendar files: what was read, until it is confirmed or forgotten.
create table calendar_import (
  id uuid primary key,
  by text not null,
  made timestamptz not null,
  -- The year whose calendar it becomes.
  year integer not null,
  file text not null,
  sheet text not null,
  columns jsonb not null,
  rows jsonb not null,
  -- The notice that the file names.
  document jsonb,
  confirmed timestamptz,
  -- What was answered to the confirmation: the same whenever it is sent again.
  receipt jsonb
);
create index on calendar_import (made);
