insert into src.locations as known (
    source, source_id, name, timezone, active, row_hash, extract_id, extracted_at
)
select
    source, source_id, name, timezone, active, row_hash, extract_id, extracted_at
from incoming_locations
on conflict (source, source_id) do update set
    name = excluded.name,
    timezone = excluded.timezone,
    active = excluded.active,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
