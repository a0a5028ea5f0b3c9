insert into src.quarantine as known (
    source, table_name, source_id, field, reason, found_in, payload, first_seen, last_seen, extract_id
)
select distinct on (source, table_name, source_id, field, found_in)
    source, table_name, source_id, field, reason, found_in, payload, at, at, extract_id
from json_to_recordset(cast(:many as json)) as given (
    source text, table_name text, source_id text, field text, reason text, found_in text, payload text, at timestamptz,
    extract_id text
)
on conflict (source, table_name, source_id, field, found_in) do update set
    reason = excluded.reason,
    payload = excluded.payload,
    last_seen = excluded.last_seen,
    extract_id = excluded.extract_id
