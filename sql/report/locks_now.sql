create or replace view report.locks_now as
select
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
from device.locks_now as lock
left join device.iqs_now as iq on iq.site = lock.site and iq.iq_id = lock.iq_id
