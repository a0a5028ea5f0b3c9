-- Changes that a limit held, one row from the first run that held it until it is decided or no longer asked for.
create table access.holds (
    hold_id bigint generated always as identity primary key,
    site text not null,
    kind text not null,
    customer_id text not null,
    group_name text not null,
    sentence text not null,
    because text not null,
    plan_id text not null,
    state text not null default 'waiting' check (state in ('waiting', 'accepted', 'done', 'gone')),
    first_held_at timestamptz not null,
    last_held_at timestamptz not null,
    accepted_by text,
    accepted_because text,
    accepted_at timestamptz,
    accepted_until timestamptz,
    closed_at timestamptz
);
create unique index on access.holds (site, kind, customer_id, group_name) where state in ('waiting', 'accepted');
create index on access.holds (site, first_held_at);
