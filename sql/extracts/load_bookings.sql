insert into src.bookings as known (
    source, source_id, item_id, customer_id, starts_at, ends_at, status, status_raw, location_id, payment_status,
    cancelled_at, checked_in_at, checked_out_at, created_at, source_uid, row_hash, extract_id, extracted_at
)
select
    source, source_id, item_id, customer_id, starts_at, ends_at, status, status_raw, location_id, payment_status,
    cancelled_at, checked_in_at, checked_out_at, created_at, source_uid, row_hash, extract_id, extracted_at
from incoming_bookings
on conflict (source, source_id) do update set
    item_id = excluded.item_id,
    customer_id = excluded.customer_id,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    status = excluded.status,
    status_raw = excluded.status_raw,
    location_id = excluded.location_id,
    payment_status = excluded.payment_status,
    cancelled_at = excluded.cancelled_at,
    checked_in_at = excluded.checked_in_at,
    checked_out_at = excluded.checked_out_at,
    created_at = excluded.created_at,
    source_uid = coalesce(excluded.source_uid, known.source_uid),
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
