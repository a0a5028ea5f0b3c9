-- Removals of a day: how often we made each before its time, and those of which we do not know the end.
select
    change.customer_id,
    change.group_name,
    count(*) filter (where change.state = 'confirmed' and change.cause = 'revoked') as made,
    bool_or(change.state in ('sent', 'failed')) as unclear
from access.changes as change
inner join access.plans as plan on plan.plan_id = change.plan_id
where plan.site = :site and change.kind = 'remove_member' and change.sent_at > :since
group by change.customer_id, change.group_name
