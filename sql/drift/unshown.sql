select change.kind, change.customer_id, change.group_name, count(*) as times, max(change.settled_at) as last
from access.changes as change
inner join access.plans as plan on plan.plan_id = change.plan_id
where
    plan.site = :site
    and change.state = 'failed'
    and change.reason = 'Salto took the write but does not show it yet'
    and change.sent_at > :since
group by change.kind, change.customer_id, change.group_name
