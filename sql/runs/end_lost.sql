-- A step whose process was killed cannot close its own row; no step lasts this long.
update ops.runs
set
    state = 'failed',
    finished_at = clock_timestamp(),
    message = 'its process ended before the step did'
where
    step = :step
    and site = :site
    and run_id <> :run_id
    and state = 'running'
    and started_at < clock_timestamp() - interval '2 hours'
