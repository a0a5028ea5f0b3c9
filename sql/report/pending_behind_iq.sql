-- Changes that Salto KS took after an IQ was last seen online: its locks hear of them when it is back (T23).
create or replace view report.pending_behind_iq as
with iqs as (
    select distinct on (site, iq_id) site, iq_id, name, online, read_at
    from device.iqs
    order by site, iq_id, read_at desc
),

dark as (
    select
        now_.site,
        now_.iq_id,
        now_.name,
        coalesce(max(before.read_at), '-infinity') as last_online
    from iqs as now_
    left join device.iqs as before on before.site = now_.site and before.iq_id = now_.iq_id and before.online
    where now_.online is not true
    group by now_.site, now_.iq_id, now_.name
),

locks as (
    select distinct on (site, lock_id) site, lock_id, name, iq_id
    from device.locks
    order by site, lock_id, read_at desc
),

holders as (
    select site, name as group_name, unnest(locks) as lock_name
    from access.slots
    union
    select site, name, unnest(locks)
    from access.group_schedules
)

select
    dark.site,
    dark.name as iq_name,
    dark.last_online,
    lock.name as lock_name,
    change.group_name,
    change.kind,
    change.customer_id,
    change.settled_at,
    change.sentence
from dark
inner join locks as lock on lock.site = dark.site and lock.iq_id = dark.iq_id
inner join holders as holder on holder.site = lock.site and holder.lock_name = lock.name
inner join access.plans as plan on plan.site = dark.site
inner join access.changes as change on change.plan_id = plan.plan_id and change.group_name = holder.group_name
where change.state = 'confirmed' and change.settled_at > dark.last_online
