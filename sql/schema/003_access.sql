create schema access;

-- Customers that are somebody at Salto, with both ids of the person.
create table access.people (
    site text not null,
    customer_id text not null,
    user_id text not null,
    site_user_id text not null,
    subscribed boolean not null,
    blocked boolean not null,
    seen_at timestamptz not null,
    primary key (site, customer_id)
);
create index on access.people (site, user_id);

-- What Salto last said of our groups; `uncounted` is what its own user count leaves out or adds.
create table access.groups (
    site text not null,
    name text not null,
    group_id text not null,
    uncounted int not null,
    read_at timestamptz not null,
    primary key (site, name)
);

create table access.group_members (
    site text not null,
    name text not null,
    user_id text not null,
    primary key (site, name, user_id),
    foreign key (site, name) references access.groups on delete cascade
);

create table access.plans (
    plan_id text primary key,
    run_id text not null,
    site text not null,
    source text not null,
    as_of timestamptz not null,
    planned_at timestamptz not null default clock_timestamp(),
    serial bigint generated always as identity,
    fingerprint text not null,
    extract text not null,
    state text not null default 'planned' check (state in ('planned', 'applying', 'applied', 'overtaken')),
    notes jsonb not null default '[]'
);
create index on access.plans (site, serial desc);

create table access.changes (
    plan_id text not null references access.plans on delete cascade,
    position int not null,
    kind text not null,
    customer_id text not null,
    group_name text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    cause text not null,
    person text,
    sentence text not null,
    reasons text[] not null,
    state text not null check (state in ('planned', 'sent', 'confirmed', 'failed', 'held')),
    reason text,
    sent_at timestamptz,
    settled_at timestamptz,
    primary key (plan_id, position)
);

-- The books: who was in which group, when and why. A row is one stay in a group; `sent` rows are not confirmed yet.
create table access.memberships (
    membership_id bigint generated always as identity primary key,
    site text not null,
    group_name text not null,
    customer_id text not null,
    user_id text not null,
    adopted boolean not null,
    reasons text[] not null,
    promised_from timestamptz not null,
    promised_until timestamptz not null,
    state text not null check (state in ('sent', 'in', 'out', 'void')),
    sent_at timestamptz,
    added_at timestamptz,
    removed_at timestamptz,
    removed_because text,
    plan_id text not null
);
create unique index on access.memberships (site, group_name, customer_id) where state in ('sent', 'in');
create index on access.memberships (site, group_name, added_at, removed_at);

-- What each booking was promised at each group, and when the door really lets its customer in.
create table access.promises (
    site text not null,
    source text not null,
    booking_id text not null,
    group_name text not null,
    promised_from timestamptz not null,
    promised_until timestamptz not null,
    effective_from timestamptz not null,
    late boolean not null,
    planned_at timestamptz not null,
    primary key (site, source, booking_id, group_name)
);
