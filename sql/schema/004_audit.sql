create schema audit;

create table audit.entries_raw (
    site text not null,
    entry_id text not null,
    body text not null,
    ingested_at timestamptz not null,
    normalised boolean not null default false,
    primary key (site, entry_id)
);
create index on audit.entries_raw (site) where not normalised;

create table audit.entries (
    site text not null,
    entry_id text not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz,
    ingested_at timestamptz not null,
    local_time timestamp,
    category text not null,
    detail text,
    access_by text,
    access_detail text,
    exit_requested boolean not null,
    lock_id text,
    lock_name text,
    iq_id text,
    user_id text,
    customer_id text,
    primary key (site, entry_id)
);
create index on audit.entries (site, occurred_at);
create index on audit.entries (site, lock_id, occurred_at);

create table audit.check_ins (
    site text not null,
    source text not null,
    booking_id text not null,
    customer_id text not null,
    entry_id text not null,
    checked_in_at timestamptz not null,
    noticed_at timestamptz not null,
    primary key (site, source, booking_id)
);
