create schema ops;

create table ops.sites (
    site text primary key,
    site_uid text not null,
    site_id text not null,
    timezone text not null,
    resolved_at timestamptz not null
);

create table ops.runs (
    run_id text not null,
    step text not null,
    site text not null,
    as_of timestamptz not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    state text not null default 'running' check (state in ('running', 'done', 'warned', 'failed')),
    reads int not null default 0,
    writes int not null default 0,
    tokens int not null default 0,
    waited_seconds double precision not null default 0,
    counts jsonb not null default '{}',
    message text,
    primary key (run_id, step, site)
);

create table ops.watermarks (
    site text not null,
    stream text not null,
    seen_until timestamptz not null,
    swept_at timestamptz not null,
    primary key (site, stream)
);

create table ops.rates (
    account text primary key,
    next_at timestamptz not null
);

create table ops.refresh_tokens (
    account text primary key,
    sealed bytea not null,
    saved_at timestamptz not null default now()
);
