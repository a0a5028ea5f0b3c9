select
    source_id, item_id, customer_id, starts_at, ends_at, status, status_raw, location_id, payment_status, cancelled_at,
    checked_in_at, checked_out_at, created_at, source_uid
from src.bookings
where source = :source and not is_deleted and ends_at > :since and starts_at < :until
order by source_id
