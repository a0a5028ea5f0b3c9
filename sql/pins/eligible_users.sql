select customer_id, user_id, site_user_id
from access.people
where site = :site and subscribed and not blocked and gone_at is null and gone_at is null
