select booking_id, customer_id, item_id, lock_name, checked_in_at, starts_at, ends_at
from report.check_ins
where site = :site and checked_in_at >= :since
order by checked_in_at, booking_id
