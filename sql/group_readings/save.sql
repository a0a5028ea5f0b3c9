insert into access.groups as known (site, name, group_id, uncounted, read_at)
select site, name, group_id, uncounted, read_at
from json_to_recordset(cast(:many as json)) as given (site text, name text, group_id text, uncounted int, read_at timestamptz)
on conflict (site, name) do update set
    group_id = excluded.group_id,
    uncounted = excluded.uncounted,
    read_at = excluded.read_at
