-- The same command may be under way twice. Each request has a claim on the texts and on the key that it brings, and gives
-- it back when it records nothing; what nobody has a claim on goes. A claim of what was recorded stays for ever.
alter table typed_text add column claims integer not null default 1;
alter table idempotency_key add column claims integer not null default 1;
-- SHA-256 of the file that came with the key; null while none has.
alter table idempotency_key add column content text;
