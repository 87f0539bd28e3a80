-- The log: everything that happened, in one order. Rows are only ever added: by log.append, or by a restore into an
-- empty log.
create schema log;

create table log.head (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  demonstration boolean not null default false
);
comment on table log.head is 'Which log this is. Only that of a demonstration takes its time from a set clock.';
insert into log.head default values;

create table log.events (
  position bigint primary key,
  stream text collate "C" not null,
  revision integer not null,
  id uuid not null,
  type text not null,
  schema integer not null,
  day date not null,
  actor text not null,
  command uuid not null,
  correlation uuid not null,
  causation uuid not null,
  recorded timestamptz(3) not null,
  data text not null,
  unique (stream, revision)
);
comment on table log.events is 'The envelope is fixed for ever. data is canonical JSON text (RFC 8785), stored byte for byte.';
comment on column log.events.position is 'Order of the log; equal to the order of commits. Has no gaps but those of a refused append.';
comment on column log.events.day is 'The calendar day that the event concerns.';
comment on column log.events.recorded is 'When the log took it in; never earlier than that of a lower position.';

-- Appends that arrive together. Each column is one text, its values separated by U+001F, one value for each event; all
-- events of one stream belong to one append. The answer is "<position before the first> <recorded, ms>", followed by
-- " <number of its last event>:<first position>:<first recorded, ms>" for each append that was there already, and
-- " <number of its last event>:" for each that is stale.
create function log.append(
  total integer, streams text, expected text, revisions text, ids text, types text, schemas text, days text,
  actors text, commands text, correlations text, causations text, contents text, clock timestamptz
) returns text language plpgsql volatile as $$
declare
  separator constant text := E'\x1f';
  base bigint;
  latest timestamptz;
  now timestamptz;
  stored integer;
  answer text;
  mark text;
begin
  -- First and alone: each statement behind it has a snapshot taken under the lock, and the lock ends after the commit
  -- is visible. So positions are committed in their order, and no reader passes an event that commits later.
  perform pg_advisory_xact_lock(7026002);
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'log.append needs read committed: another snapshot would be older than the lock';
  end if;
  mark := set_config('log.appending', 'yes', true);
  if total = 1 and clock is null then
    -- Most appends are alone: what they need is one statement. One that stores nothing is judged below.
    insert into log.events as appended
      (position, stream, revision, id, type, schema, day, actor, command, correlation, causation, recorded, data)
    select coalesce(last.position, 0) + 1, streams, revisions::integer, ids::uuid, types, schemas::integer, days::date,
      actors, commands::uuid, correlations::uuid, causations::uuid,
      greatest(last.recorded, date_trunc('milliseconds', clock_timestamp())), contents
    from (select) as one
    left join (select e.position, e.recorded from log.events e order by e.position desc limit 1) as last on true
    where coalesce((select l.revision from log.events l where l.stream = streams order by l.revision desc limit 1), -1)
      = expected::integer
    returning appended.position - 1 || ' ' || (extract(epoch from appended.recorded) * 1000)::bigint into answer;
  end if;
  if answer is null then
    now := date_trunc('milliseconds', clock_timestamp());
    if clock is not null then
      if not (select demonstration from log.head) then
        raise exception 'only the log of a demonstration takes its time from a set clock';
      end if;
      now := date_trunc('milliseconds', clock);
    end if;
    select e.position, e.recorded into base, latest from log.events e order by e.position desc limit 1;
    base := coalesce(base, 0);
    now := greatest(latest, now);
    declare
      all_streams text[] := string_to_array(streams, separator);
      all_expected integer[] := string_to_array(expected, separator)::integer[];
      all_revisions integer[] := string_to_array(revisions, separator)::integer[];
      all_ids uuid[] := string_to_array(ids, separator)::uuid[];
      all_types text[] := string_to_array(types, separator);
      all_schemas integer[] := string_to_array(schemas, separator)::integer[];
      all_days date[] := string_to_array(days, separator)::date[];
      all_actors text[] := string_to_array(actors, separator);
      all_commands uuid[] := string_to_array(commands, separator)::uuid[];
      all_correlations uuid[] := string_to_array(correlations, separator)::uuid[];
      all_causations uuid[] := string_to_array(causations, separator)::uuid[];
      all_contents text[] := string_to_array(contents, separator);
    begin
      insert into log.events
        (position, stream, revision, id, type, schema, day, actor, command, correlation, causation, recorded, data)
      select base + n, all_streams[n], all_revisions[n], all_ids[n], all_types[n], all_schemas[n], all_days[n],
        all_actors[n], all_commands[n], all_correlations[n], all_causations[n], now, all_contents[n]
      from generate_series(1, total) as event(n)
      where coalesce(
        (select l.revision from log.events l where l.stream = all_streams[n] order by l.revision desc limit 1), -1
      ) = all_expected[n];
      get diagnostics stored = row_count;
    end;
  end if;
  mark := set_config('log.appending', '', true);
  if answer is not null then
    return answer;
  end if;
  answer := base || ' ' || (extract(epoch from now) * 1000)::bigint;
  if stored = total then
    return answer;
  end if;
  return answer || (
    select coalesce(string_agg(' ' || v.last || ':' || v.first_receipt, '' order by v.last), '')
    from (
      select max(e.n) as last,
        case when bool_and(s.id is not distinct from e.id)
          then max(s.position) || ':' || (extract(epoch from max(s.recorded)) * 1000)::bigint
          else ''
        end as first_receipt
      from unnest(
        string_to_array(streams, separator), string_to_array(revisions, separator)::integer[],
        string_to_array(ids, separator)::uuid[]
      ) with ordinality as e(stream, revision, id, n)
      left join lateral (
        select l.position, l.id, l.recorded from log.events l
        where l.stream = e.stream and l.revision = e.revision offset 0
      ) s on true
      group by e.stream
      having bool_or(s.position is distinct from base + e.n)
    ) v
  );
end
$$;
comment on function log.append is 'The only way into a log in which something has happened.';

create function log.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the log is only added to, by log.append: % on %.% refused', tg_op, tg_table_schema, tg_table_name;
end
$$;

create trigger only_by_append before insert on log.events for each statement
  when (current_setting('log.appending', true) is distinct from 'yes') execute function log.refuse();
create trigger never_changed before update or delete or truncate on log.events for each statement
  execute function log.refuse();
create trigger never_removed before insert or delete or truncate on log.head for each statement
  execute function log.refuse();

create function log.keep_identity() returns trigger language plpgsql as $$
begin
  if exists (select from log.events) then
    raise exception 'a log keeps its id and its kind once something has happened';
  end if;
  return new;
end
$$;
create trigger identity_of_an_empty_log before update on log.head for each row execute function log.keep_identity();
