insert into device.iqs (site, iq_id, read_at, name, online, state)
select site, iq_id, read_at, name, online, state
from json_to_recordset(cast(:many as json)) as given (site text, iq_id text, read_at timestamptz, name text, online boolean, state text)
on conflict do nothing
