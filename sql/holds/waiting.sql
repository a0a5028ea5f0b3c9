select
    hold_id,
    kind,
    customer_id,
    group_name,
    sentence,
    because,
    state,
    first_held_at,
    last_held_at,
    accepted_by,
    accepted_because,
    accepted_until
from access.holds
where site = :site and state in ('waiting', 'accepted')
order by hold_id
