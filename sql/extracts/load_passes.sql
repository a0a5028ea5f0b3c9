insert into src.passes as known (
    source, source_id, customer_id, item_id, valid_from, status, status_raw, valid_until, used_at, membership_id,
    location_id, row_hash, extract_id, extracted_at
)
select
    source, source_id, customer_id, item_id, valid_from, status, status_raw, valid_until, used_at, membership_id,
    location_id, row_hash, extract_id, extracted_at
from incoming_passes
on conflict (source, source_id) do update set
    customer_id = excluded.customer_id,
    item_id = excluded.item_id,
    valid_from = excluded.valid_from,
    status = excluded.status,
    status_raw = excluded.status_raw,
    valid_until = excluded.valid_until,
    used_at = excluded.used_at,
    membership_id = excluded.membership_id,
    location_id = excluded.location_id,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
