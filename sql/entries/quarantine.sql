insert into audit.quarantine (site, entry_id, place, reason, raw, first_seen, last_seen)
select distinct on (site, entry_id, place) site, entry_id, place, reason, raw, at, at
from json_to_recordset(cast(:many as json)) as given (
    site text, entry_id text, place text, reason text, raw text, at timestamptz
)
on conflict (site, entry_id, place) do update set
    reason = excluded.reason,
    raw = excluded.raw,
    last_seen = excluded.last_seen
returning entry_id, place, first_seen = last_seen as is_new
