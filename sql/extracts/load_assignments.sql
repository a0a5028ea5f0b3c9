insert into src.assignments as known (
    source, source_id, membership_id, customer_id, item_id, starts_at, ends_at, location_id, row_hash, extract_id,
    extracted_at
)
select
    source, source_id, membership_id, customer_id, item_id, starts_at, ends_at, location_id, row_hash, extract_id,
    extracted_at
from incoming_assignments
on conflict (source, source_id) do update set
    membership_id = excluded.membership_id,
    customer_id = excluded.customer_id,
    item_id = excluded.item_id,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    location_id = excluded.location_id,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
