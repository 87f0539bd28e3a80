-- Which notices each account has read.
create table notice_reading (
  account text not null,
  notice uuid not null,
  read timestamptz not null,
  primary key (account, notice)
);
