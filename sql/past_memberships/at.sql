-- Who was in a group at an instant, or was to be let in by the plan before it and was not yet.
with stays as (
    select
        stay.group_name,
        regexp_replace(stay.group_name, '^(saltoks .+) #[1-9][0-9]*$', '\1') as target,
        stay.group_name ~ '^saltoks .+ #[1-9][0-9]*$' as is_window,
        stay.customer_id,
        coalesce(past.promised_from, stay.promised_from) as promised_from,
        coalesce(past.promised_until, stay.promised_until) as promised_until,
        coalesce(past.reasons, stay.reasons) as reasons,
        stay.withdrawn_at is not null and stay.withdrawn_at <= :at as withdrawn
    from access.group_memberships as stay
    left join lateral (
        select promised_from, promised_until, reasons
        from access.group_membership_promises as before
        where before.membership_id = stay.membership_id and before.until > :at
        order by before.until
        limit 1
    ) as past on true
    where
        stay.site = :site
        and stay.added_at <= :at
        and (stay.removed_at is null or stay.removed_at > :at)
        and stay.state in ('in', 'out')
),

planned as (
    select distinct on (change.group_name, change.customer_id)
        regexp_replace(change.group_name, '^(saltoks .+) #[1-9][0-9]*$', '\1') as target,
        change.customer_id,
        change.starts_at as promised_from,
        change.ends_at as promised_until,
        change.reasons
    from access.changes as change
    where
        change.plan_id = (
            select plan_id from access.plans where site = :site and as_of <= :at order by as_of desc, serial desc limit 1
        )
        and change.kind = 'add_member'
        and change.starts_at <= :at
        and change.ends_at > :at
),

held as (
    select target, customer_id, promised_from, promised_until, reasons, withdrawn, true as in_group
    from stays
    where not is_window or (promised_from <= :at and promised_until > :at)
    union all
    select target, customer_id, promised_from, promised_until, reasons, false, false
    from planned
    where not exists (
        select 1 from stays where stays.target = planned.target and stays.customer_id = planned.customer_id
    )
)

select
    held.*,
    coalesce(
        (select full_name from src.customers where source = :source and source_id = held.customer_id),
        (select full_name from src.visitors where source = :source and source_id = held.customer_id)
    ) as full_name
from held
