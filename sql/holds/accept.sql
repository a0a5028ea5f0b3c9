update access.holds
set
    state = 'accepted',
    accepted_by = :by,
    accepted_because = :because,
    accepted_at = :at,
    accepted_until = :until
where site = :site and hold_id = any(:ids) and state in ('waiting', 'accepted')
