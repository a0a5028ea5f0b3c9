-- The newest plan of a site, if it was made after a change of the configuration and only planned.
select newest.run_id, count(waiting.position) as changes
from (
    select plan_id, run_id, state
    from access.plans
    where site = :site
    order by serial desc
    limit 1
) as newest
left join access.changes as waiting on waiting.plan_id = newest.plan_id and waiting.state = 'planned'
where newest.state = 'only_planned'
group by newest.run_id
