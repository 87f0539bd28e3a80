-- Files that were handed in, by their content; the bytes lie in the folder of files.
create table stored_file (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  size bigint not null check (size > 0),
  type text not null,
  uploaded timestamptz not null,
  -- An account's id, or the name of a system actor.
  by text not null
);
