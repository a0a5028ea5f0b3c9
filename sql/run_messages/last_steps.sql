select run_id, step, site, state, started_at, finished_at
from ops.runs
where
    (cast(:run_id as text) is null or run_id = :run_id)
    and (cast(:sites as text []) is null or site = any(:sites))
order by started_at desc, site, step
limit :count
