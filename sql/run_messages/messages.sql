select run_id, step, site, level, sentence
from ops.run_messages
where run_id = any(:runs)
order by run_id, step, site, position
