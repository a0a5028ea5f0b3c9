select plan_id
from access.plans
where run_id = :run_id and site = :site
order by serial desc
limit 1
