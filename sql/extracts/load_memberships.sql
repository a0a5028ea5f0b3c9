insert into src.memberships as known (
    source, source_id, customer_id, plan_id, status, status_raw, starts_at, ends_at, location_id, paused_from,
    paused_until, row_hash, extract_id, extracted_at
)
select
    source, source_id, customer_id, plan_id, status, status_raw, starts_at, ends_at, location_id, paused_from,
    paused_until, row_hash, extract_id, extracted_at
from incoming_memberships
on conflict (source, source_id) do update set
    customer_id = excluded.customer_id,
    plan_id = excluded.plan_id,
    status = excluded.status,
    status_raw = excluded.status_raw,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    location_id = excluded.location_id,
    paused_from = excluded.paused_from,
    paused_until = excluded.paused_until,
    row_hash = excluded.row_hash,
    extract_id = excluded.extract_id,
    extracted_at = excluded.extracted_at,
    is_deleted = false,
    deleted_detected_at = null,
    missed = 0
where known.row_hash <> excluded.row_hash or known.is_deleted or known.missed > 0
