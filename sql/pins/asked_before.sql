select distinct site_user_id
from access.pins
where site = :site and request_number > 0 and site_user_id = any(:site_user_ids)
