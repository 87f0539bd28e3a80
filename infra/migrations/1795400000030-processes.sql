-- How far processes have gone through the log. Unlike views they are never made anew, so a backup keeps these rows.
create schema processes;

create table processes.checkpoint (
  process text primary key,
  log uuid not null,
  -- Where it stood when this installation first knew it.
  began bigint not null,
  -- The position up to which it has done what it had to.
  position bigint not null,
  -- The event that it cannot take, after which it stands still.
  stopped jsonb,
  -- The event that it tries again, and why.
  trying jsonb,
  updated timestamptz not null default now()
);

-- Commands of processes that were refused.
create table processes.fault (
  command uuid primary key,
  process text not null,
  event uuid not null,
  type text not null,
  position bigint not null,
  wish text not null,
  subject text not null,
  code text not null,
  details jsonb not null,
  refused timestamptz not null default now(),
  -- When somebody said that it is dealt with.
  settled timestamptz
);
create index on processes.fault (process, position) where settled is null;
