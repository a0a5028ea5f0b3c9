select kind, customer_id, group_name
from access.holds
where site = :site and state = 'accepted' and accepted_until > :at
