-- The groups of a site that we made ourselves: a window of ours was set in each, and read back.
select distinct change.group_name
from access.changes as change
inner join access.plans as plan on plan.plan_id = change.plan_id
where plan.site = :site and change.kind = 'set_window' and change.state = 'confirmed'
