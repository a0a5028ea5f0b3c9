insert into src.visitors as known (
    source, source_id, full_name, expected_at, approval, email, phone, host_customer_id, booking_id, departed_at,
    location_id, row_hash, extract_id, extracted_at
)
select
    source, source_id, full_name, expected_at, approval, email, phone, host_customer_id, booking_id, departed_at,
    location_id, row_hash, extract_id, extracted_at
from incoming_visitors
on conflict (source, source_id) do update set
    full_name = excluded.full_name,
    expected_at = excluded.expected_at,
    approval = excluded.approval,
    email = excluded.email,
    phone = excluded.phone,
    host_customer_id = excluded.host_customer_id,
    booking_id = excluded.booking_id,
    departed_at = excluded.departed_at,
    location_id = excluded.location_id,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
