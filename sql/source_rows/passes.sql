select
    source_id, customer_id, item_id, valid_from, status, status_raw, valid_until, used_at, membership_id, location_id
from src.passes
where
    source = :source
    and not is_deleted
    and (valid_until is null or valid_until > :since)
    and valid_from < :until
order by source_id
