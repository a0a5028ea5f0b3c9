insert into device.locks (site, lock_id, read_at, name, online, battery_level, locked_state, iq_id)
select site, lock_id, read_at, name, online, battery_level, locked_state, iq_id
from json_to_recordset(cast(:many as json)) as given (
    site text, lock_id text, read_at timestamptz, name text, online boolean, battery_level text, locked_state text,
    iq_id text
)
on conflict do nothing
