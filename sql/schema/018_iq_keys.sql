-- What an account opens doors of an IQ with: Salto shows the secret once, and nothing brings it back. Both are sealed
-- with Airflow's Fernet key; `pin` is null until the activation is confirmed.
create table device.iq_keys (
    site text not null,
    iq_id text not null,
    account text not null,
    iq_name text not null,
    secret bytea not null,
    pin bytea,
    kept_at timestamptz not null,
    primary key (site, iq_id, account)
);

-- One row a one-time code that was sent: for what, who asked for it and why, and what Salto said.
create table device.codes (
    code_id bigint generated always as identity primary key,
    site text not null,
    iq_id text not null,
    account text not null,
    what text not null check (what in ('activate', 'check', 'open')),
    lock_name text,
    author text not null,
    reason text not null,
    tried_at timestamptz not null,
    outcome text not null default 'asked' check (outcome in ('asked', 'done', 'wrong', 'blocked', 'failed'))
);
create index on device.codes (site, iq_id, tried_at);
