create or replace view report.locks_now as
select distinct on (lock.site, lock.lock_id)
    lock.site,
    lock.lock_id,
    lock.name,
    lock.online,
    lock.battery_level,
    lock.locked_state,
    lock.read_at,
    lock.iq_id,
    iq.name as iq_name,
    iq.online as iq_online,
    iq.read_at as iq_read_at
from device.locks as lock
left join lateral (
    select one.name, one.online, one.read_at
    from device.iqs as one
    where one.site = lock.site and one.iq_id = lock.iq_id
    order by one.read_at desc
    limit 1
) as iq on true
order by lock.site, lock.lock_id, lock.read_at desc;
