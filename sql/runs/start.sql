insert into ops.runs (run_id, step, site, as_of, started_at)
values (:run_id, :step, :site, :as_of, clock_timestamp())
on conflict (run_id, step, site) do update set
    as_of = excluded.as_of,
    started_at = excluded.started_at,
    finished_at = null,
    state = 'running',
    message = null
