select entry_id, occurred_at, category, detail, lock_id, lock_name, user_id, customer_id, access_by, exit_requested
from audit.entries
where site = :site and occurred_at >= :since and occurred_at < :until
order by occurred_at, entry_id
