select
    checked.booking_id,
    entry.entry_id,
    entry.occurred_at,
    entry.category,
    entry.detail,
    entry.lock_id,
    entry.lock_name,
    entry.user_id,
    entry.customer_id,
    entry.access_by,
    entry.exit_requested
from audit.check_ins as checked
inner join audit.entries as entry on entry.site = checked.site and entry.entry_id = checked.entry_id
where checked.site = :site and checked.source = :source and checked.booking_id = any(cast(:ids as text[]))
