select customer_id, group_name, added_at
from access.group_memberships
where site = :site and state = 'in' and added_at is not null
