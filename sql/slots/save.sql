insert into access.slots (site, name, group_id, locks, scheduled, starts_at, ends_at, verified_at, changed_at)
select site, name, group_id, locks, scheduled, starts_at, ends_at, at, changed_at
from json_to_recordset(cast(:many as json)) as given (
    site text, name text, group_id text, locks text[], scheduled boolean, starts_at timestamp, ends_at timestamp,
    at timestamptz, changed_at timestamptz
)
on conflict (site, name) do update set
    group_id = excluded.group_id,
    locks = excluded.locks,
    scheduled = excluded.scheduled,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    verified_at = excluded.verified_at,
    changed_at = excluded.changed_at
