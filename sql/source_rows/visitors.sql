select
    source_id, full_name, expected_at, approval, email, phone, host_customer_id, booking_id, departed_at, location_id
from src.visitors
where source = :source and not is_deleted and expected_at > :since and expected_at < :until
order by source_id
