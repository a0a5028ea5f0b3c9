-- What a step of a run had to say, in the order in which it is shown.
create table ops.said (
    run_id text not null,
    step text not null,
    site text not null,
    position int not null,
    level text not null check (level in ('failed', 'held', 'warning', 'note')),
    sentence text not null,
    said_at timestamptz not null,
    primary key (run_id, step, site, position),
    foreign key (run_id, step, site) references ops.runs (run_id, step, site) on delete cascade
);

create index on ops.said (said_at);
create index on ops.runs (started_at);

-- A warning is told when it appears; `run_id` is the run in which it did. `about` is its sentence without its counts.
create table ops.warnings (
    warning_id bigint generated always as identity primary key,
    site text not null,
    about text not null,
    step text not null,
    sentence text not null,
    run_id text not null,
    appeared_at timestamptz not null,
    last_said_at timestamptz not null,
    seen_by text,
    seen_because text,
    seen_at timestamptz,
    unique (site, about)
);
