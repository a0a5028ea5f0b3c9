create schema src;

create table src.extracts (
    extract_id text primary key,
    source text not null,
    run_id text not null,
    completeness text not null check (completeness in ('complete', 'incomplete', 'failed')),
    state text not null default 'staged' check (state in ('staged', 'loaded', 'passed_over')),
    is_full boolean not null default true,
    rows_read jsonb not null default '{}',
    reach jsonb not null default '{}',
    watermarks jsonb not null default '{}',
    rejected int not null default 0,
    problems jsonb not null default '[]',
    extracted_at timestamptz not null,
    loaded_at timestamptz
);
create index on src.extracts (source, extracted_at desc);

create table src.staged (
    extract_id text not null references src.extracts on delete cascade,
    table_name text not null,
    body jsonb not null
);
create index on src.staged (extract_id);

create table src.quarantine (
    source text not null,
    table_name text not null,
    source_id text not null,
    field text not null,
    reason text not null,
    found_in text not null,
    payload text not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    extract_id text not null,
    primary key (source, table_name, source_id, field, found_in)
);

create table src.checks (
    extract_id text not null references src.extracts on delete cascade,
    table_name text not null,
    expectation text not null,
    column_name text not null,
    level text not null check (level in ('fail', 'row', 'warn')),
    success boolean not null,
    unexpected int not null,
    total int not null
);
create index on src.checks (extract_id);

create table src.locations (
    source text not null,
    source_id text not null,
    name text not null,
    timezone text not null,
    active boolean not null,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);

create table src.customers (
    source text not null,
    source_id text not null,
    full_name text not null,
    first_name text,
    last_name text,
    email text,
    phone text,
    location_id text,
    parent_customer_id text,
    active boolean not null,
    reservation_only boolean not null,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);

create table src.items (
    source text not null,
    source_id text not null,
    name text not null,
    item_type text not null,
    location_id text,
    active boolean not null,
    group_hint text,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);

create table src.bookings (
    source text not null,
    source_id text not null,
    item_id text not null,
    customer_id text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    status text not null,
    status_raw text not null,
    location_id text,
    payment_status text not null,
    cancelled_at timestamptz,
    checked_in_at timestamptz,
    created_at timestamptz,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);
create index on src.bookings (source, ends_at);

create table src.memberships (
    source text not null,
    source_id text not null,
    customer_id text not null,
    plan_id text not null,
    status text not null,
    status_raw text not null,
    starts_at timestamptz,
    ends_at timestamptz,
    location_id text,
    paused_from timestamptz,
    paused_until timestamptz,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);

create table src.passes (
    source text not null,
    source_id text not null,
    customer_id text not null,
    item_id text not null,
    valid_from timestamptz not null,
    status text not null,
    status_raw text not null,
    valid_until timestamptz,
    used_at timestamptz,
    membership_id text,
    location_id text,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);

create table src.assignments (
    source text not null,
    source_id text not null,
    membership_id text not null,
    customer_id text not null,
    item_id text not null,
    starts_at timestamptz,
    ends_at timestamptz,
    location_id text,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);

create table src.visitors (
    source text not null,
    source_id text not null,
    full_name text not null,
    expected_at timestamptz not null,
    approval text not null,
    email text,
    phone text,
    host_customer_id text,
    booking_id text,
    departed_at timestamptz,
    location_id text,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);

create table src.customer_links (
    source text not null,
    source_id text not null,
    customer_id text not null,
    related_customer_id text not null,
    relation text not null,
    row_hash text not null,
    extract_id text not null,
    extracted_at timestamptz not null,
    is_deleted boolean not null default false,
    deleted_detected_at timestamptz,
    primary key (source, source_id)
);
