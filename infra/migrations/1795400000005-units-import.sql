-- Previews of units files: what was read, until it is confirmed or forgotten.
create table units_import (
  id uuid primary key,
  by text not null,
  made timestamptz not null,
  -- Day of operation and day of the decision of the units that it founds.
  "on" date not null,
  decided date not null,
  file text not null,
  sheet text not null,
  columns jsonb not null,
  rows jsonb not null,
  confirmed timestamptz
);
create index on units_import (made);
