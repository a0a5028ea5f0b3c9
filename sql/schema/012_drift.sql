-- What a site had otherwise than our books and the source say, one row from the first run that saw it until one that
-- does not. `subject` is a customer id, or `user:` with a platform id for somebody who is no customer.
create table access.drift (
    drift_id bigint generated always as identity primary key,
    site text not null,
    kind text not null,
    group_name text not null,
    subject text not null,
    sentence text not null,
    state text not null default 'open' check (state in ('open', 'closed')),
    done text not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    closed_at timestamptz
);
create unique index on access.drift (site, kind, group_name, subject) where state = 'open';
create index on access.drift (site, first_seen);

-- The schedules of mapped groups as a full run last read them: they are only compared, never written.
create table access.group_schedules (
    site text not null,
    name text not null,
    group_id text not null,
    body text not null,
    read_at timestamptz not null,
    primary key (site, name)
);

-- What a plan looks up of the day before it.
create index on access.changes (sent_at) where sent_at is not null;
create index on access.memberships (site, removed_at) where state = 'out';
