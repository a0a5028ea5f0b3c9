select step, site, state, reads, writes, tokens, waited_seconds, message
from ops.runs
where run_id = :run_id
order by started_at, site
