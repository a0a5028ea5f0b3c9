-- Who lost access in the last 60 days (how far back a lock looks by default) to a lock that is not online now: it may
-- not have heard of it (T25). A lock behind an IQ that is not online counts as offline.
create or replace view report.exposure as
with locks as (
    select distinct on (site, lock_id) site, lock_id, name, online, iq_id, read_at
    from device.locks
    order by site, lock_id, read_at desc
),

iqs as (
    select distinct on (site, iq_id) site, iq_id, online
    from device.iqs
    order by site, iq_id, read_at desc
),

holders as (
    select site, name as group_name, unnest(locks) as lock_name
    from access.slots
    union
    select site, name, unnest(locks)
    from access.group_schedules
)

select
    gone.site,
    lock.name as lock_name,
    gone.customer_id,
    max(gone.removed_at) as removed_at,
    lock.read_at
from locks as lock
left join iqs as iq on iq.site = lock.site and iq.iq_id = lock.iq_id
inner join holders as holder on holder.site = lock.site and holder.lock_name = lock.name
inner join access.memberships as gone on gone.site = lock.site and gone.group_name = holder.group_name
where
    (lock.online is not true or iq.online is false)
    and gone.state = 'out'
    and gone.removed_at > lock.read_at - interval '60 days'
    and not exists (
        select 1
        from access.memberships as still
        inner join holders as other on other.site = still.site and other.group_name = still.group_name
        where
            still.site = gone.site
            and still.customer_id = gone.customer_id
            and still.state in ('sent', 'in')
            and other.lock_name = lock.name
    )
group by gone.site, lock.name, gone.customer_id, lock.read_at
