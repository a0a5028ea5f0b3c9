select lock_id, name, online, battery_level, locked_state, iq_id, read_at, iq_name, iq_online, iq_read_at
from report.locks_now
where site = :site
order by name
