update ops.runs
set
    finished_at = clock_timestamp(),
    state = :state,
    reads = :reads,
    writes = :writes,
    tokens = :tokens,
    waited_seconds = :waited_seconds,
    counts = :counts,
    message = :message
where run_id = :run_id and step = :step and site = :site
