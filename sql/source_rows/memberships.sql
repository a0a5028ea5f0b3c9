select source_id, customer_id, plan_id, status, status_raw, starts_at, ends_at, location_id, paused_from, paused_until
from src.memberships
where
    source = :source
    and not is_deleted
    and (ends_at is null or ends_at > :since)
    and (starts_at is null or starts_at < :until)
order by source_id
