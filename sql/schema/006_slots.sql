-- Our own access groups as we last saw them: locks, and the wall clocks of the one schedule that we make.
-- `verified_at` is null from the moment a write is about to be sent until it has been read back.
create table access.slots (
    site text not null,
    name text not null,
    group_id text not null,
    locks text[] not null,
    scheduled boolean not null,
    starts_at timestamp,
    ends_at timestamp,
    verified_at timestamptz,
    primary key (site, name)
);
