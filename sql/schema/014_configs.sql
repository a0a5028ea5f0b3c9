-- What decided access at a site, each time it changed; the newest row is what the next run is compared with.
create table access.configs (
    config_id bigint generated always as identity primary key,
    site text not null,
    body jsonb not null,
    seen_at timestamptz not null,
    run_id text,
    accepted_by text,
    accepted_because text
);
create index on access.configs (site, config_id desc);

alter table access.plans drop constraint plans_state_check;
alter table access.plans add constraint plans_state_check check (
    state in ('planned', 'applying', 'applied', 'overtaken', 'only_planned')
);
