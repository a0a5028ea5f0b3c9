select customer_id, group_name, count(*) as times
from access.group_memberships
where
    site = :site
    and state = 'out'
    and not adopted
    and removed_because = 'no longer there at Salto'
    and removed_at > :since
    and removed_at < promised_until
group by customer_id, group_name
