insert into device.lock_history_limits (site, lock_name, days)
select site, lock_name, days
from json_to_recordset(cast(:many as json)) as given (site text, lock_name text, days int)
on conflict (site, lock_name) do update set days = excluded.days
