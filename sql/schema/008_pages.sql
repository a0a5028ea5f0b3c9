-- Pages of our own, built by the nightly run and shown in Airflow: the newest of each name.
create table ops.pages (
    name text primary key,
    run_id text not null,
    made_at timestamptz not null,
    html text not null
);

-- The extract that a plan was made on: one that was loaded later makes the plan stale.
alter table access.plans add column extract_id text;
