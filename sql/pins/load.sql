select customer_id, stay, site_user_id, starts_at, ends_at, state, request_number
from access.pins
where site = :site and ends_at > :since
order by pin_id
