-- With who it is about, and why they were let in: only for people who decide, never for a log.
select
    held.hold_id,
    held.kind,
    held.customer_id,
    held.group_name,
    held.sentence,
    held.because,
    held.state,
    held.first_held_at,
    held.last_held_at,
    held.accepted_by,
    held.accepted_because,
    held.accepted_until,
    customer.full_name,
    asked.starts_at,
    asked.ends_at,
    coalesce(nullif(asked.reasons, '{}'), membership.reasons, '{}') as reasons
from access.holds as held
left join src.customers as customer
    on customer.source = :source and customer.source_id = held.customer_id
left join access.changes as asked
    on
        asked.plan_id = held.plan_id
        and asked.kind = held.kind
        and asked.customer_id = held.customer_id
        and asked.group_name = held.group_name
left join access.group_memberships as membership
    on
        membership.site = held.site
        and membership.group_name = held.group_name
        and membership.customer_id = held.customer_id
        and membership.state in ('sent', 'in')
where held.site = :site and held.state in ('waiting', 'accepted')
order by held.hold_id
