-- Who lost access to a lock that is not online now, and may still open it (T25): the lock goes by its own audit trail of
-- the last `look_back_days` (60 unless the site's file says otherwise), or its IQ has not heard of the loss. A lock behind
-- an IQ that is not online counts as offline. `beyond_look_back`: they lost it before those days, yet the lock was not
-- seen online since, and would let them in again if they opened it meanwhile; nobody can tell.
create or replace view report.exposure as
with dark as (
    select door.*, coalesce(known.days, 60) as look_back_days
    from device.doors as door
    left join device.lock_history_limits as known on known.site = door.site and known.lock_name = door.lock_name
    where door.online is not true or door.iq_online is false
),

lost as (
    select
        gone.site,
        dark.lock_name,
        gone.customer_id,
        max(gone.removed_at) as removed_at,
        dark.read_at,
        dark.look_back_days,
        dark.sure_until,
        case when dark.iq_online is false then dark.iq_sure_until else 'infinity' end as iq_sure_until
    from dark
    inner join access.group_memberships as gone on gone.site = dark.site and gone.group_name = dark.group_name
    where
        gone.state = 'out'
        and not exists (
            select 1
            from access.group_memberships as still
            inner join device.doors as other on other.site = still.site and other.group_name = still.group_name
            where
                still.site = gone.site
                and still.customer_id = gone.customer_id
                and still.state in ('sent', 'in')
                and other.lock_name = dark.lock_name
        )
    group by
        gone.site,
        dark.lock_name,
        gone.customer_id,
        dark.read_at,
        dark.look_back_days,
        dark.sure_until,
        dark.iq_online,
        dark.iq_sure_until
)

select
    site,
    lock_name,
    customer_id,
    removed_at,
    read_at,
    look_back_days,
    not (removed_at > read_at - make_interval(days => look_back_days) or removed_at > iq_sure_until)
    as beyond_look_back
from lost
where
    removed_at > read_at - make_interval(days => look_back_days)
    or removed_at > iq_sure_until
    or (look_back_days > 0 and removed_at > sure_until)
