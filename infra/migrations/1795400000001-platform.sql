-- The ordinary tables of the platform: checkpoints of views, texts that can be erased, names of commands.
create schema if not exists projector;

create table projector.checkpoint (
  view text primary key,
  log uuid not null,
  shape text not null,
  -- The position up to which the view has seen the log; 0 before the first event.
  position bigint not null default 0,
  stopped jsonb,
  updated timestamptz not null default now()
);

-- Moves a checkpoint and so fences the rows that are written with it: whoever holds another position fails.
create function projector.advance(of_view text, old_position bigint, new_position bigint) returns void
language plpgsql as $$
begin
  -- Rows of a view follow from the log, which is durable: what a crash takes of them is read again from there.
  perform set_config('synchronous_commit', 'off', true);
  update projector.checkpoint set position = new_position, updated = now()
  where view = of_view and position = old_position;
  if not found then
    raise exception 'the checkpoint of % is not at %', of_view, old_position using errcode = 'CK001';
  end if;
end $$;

create table typed_text (
  id uuid primary key,
  -- Both null once the text is erased.
  salt text,
  text text,
  written timestamptz not null default now()
);

create table idempotency_key (
  key text primary key,
  actor text not null,
  fingerprint text not null,
  used timestamptz not null default now()
);
create index on idempotency_key (used);
