insert into access.group_schedules (site, name, group_id, body, locks, read_at)
select site, name, group_id, body, locks, at
from json_to_recordset(cast(:many as json)) as given (
    site text, name text, group_id text, body text, locks text[], at timestamptz
)
on conflict (site, name) do update set
    group_id = excluded.group_id,
    body = excluded.body,
    locks = excluded.locks,
    read_at = excluded.read_at
