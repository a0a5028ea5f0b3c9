insert into src.items as known (
    source, source_id, name, item_type, location_id, active, group_hint, row_hash, extract_id, extracted_at
)
select
    source, source_id, name, item_type, location_id, active, group_hint, row_hash, extract_id, extracted_at
from incoming_items
on conflict (source, source_id) do update set
    name = excluded.name,
    item_type = excluded.item_type,
    location_id = excluded.location_id,
    active = excluded.active,
    group_hint = excluded.group_hint,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
