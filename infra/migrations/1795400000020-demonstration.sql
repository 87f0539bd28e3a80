-- The stored clock of a demonstration and how far its year is loaded; empty everywhere else.
create table demonstration (
  one boolean primary key default true check (one),
  now timestamptz not null,
  loaded boolean not null default false
);
