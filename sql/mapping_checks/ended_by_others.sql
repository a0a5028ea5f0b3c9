select group_name, count(*) as times
from access.group_memberships
where
    site = :site
    and not adopted
    and state = 'out'
    and removed_because = 'no longer there at Salto'
    and removed_at > :since
group by group_name
order by group_name
