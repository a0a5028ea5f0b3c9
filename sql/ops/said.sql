select run_id, step, site, level, sentence
from ops.said
where run_id = any(:runs)
order by run_id, step, site, position
