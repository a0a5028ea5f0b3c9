insert into src.customers as known (
    source, source_id, full_name, first_name, last_name, email, phone, location_id, parent_customer_id, active,
    reservation_only, owes_since, row_hash, extract_id, extracted_at
)
select
    source, source_id, full_name, first_name, last_name, email, phone, location_id, parent_customer_id, active,
    reservation_only, owes_since, row_hash, extract_id, extracted_at
from incoming_customers
on conflict (source, source_id) do update set
    full_name = excluded.full_name,
    first_name = excluded.first_name,
    last_name = excluded.last_name,
    email = excluded.email,
    phone = excluded.phone,
    location_id = excluded.location_id,
    parent_customer_id = excluded.parent_customer_id,
    active = excluded.active,
    reservation_only = excluded.reservation_only,
    owes_since = excluded.owes_since,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
