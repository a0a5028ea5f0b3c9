select source_id, membership_id, customer_id, item_id, starts_at, ends_at, location_id
from src.assignments
where
    source = :source
    and not is_deleted
    and (ends_at is null or ends_at > :since)
    and (starts_at is null or starts_at < :until)
order by source_id
