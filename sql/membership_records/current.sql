select group_name, customer_id, user_id, adopted, promised_from, promised_until, state, shown_at
from access.group_memberships
where site = :site and state in ('sent', 'in')
