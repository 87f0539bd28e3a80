-- People and their sessions. Names are here and nowhere in the log, so that they can be corrected and erased.
create table account (
  id uuid primary key,
  username text not null,
  name text not null,
  role text not null,
  unit uuid,
  -- argon2id in PHC form; null for an account that nobody signs in with.
  password text,
  made timestamptz not null,
  disabled timestamptz
);
create unique index account_username on account (lower(username));

create table session (
  -- SHA-256 of the token, hex; the token itself is with its owner alone.
  token text primary key,
  account uuid not null references account on delete cascade,
  made timestamptz not null,
  seen timestamptz not null,
  expires timestamptz not null
);
create index on session (account);

create table sign_in_attempt (
  -- Hash of a username, or an address.
  key text primary key,
  -- How many attempts in a row did not succeed.
  failures integer not null,
  last timestamptz not null
);
