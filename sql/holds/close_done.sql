update access.holds
set state = 'done', closed_at = :at
where
    site = :site
    and state = 'accepted'
    and exists (
        select from access.changes as made
        where
            made.plan_id = :plan_id
            and made.state = 'confirmed'
            and made.kind = access.holds.kind
            and made.customer_id = access.holds.customer_id
            and made.group_name = access.holds.group_name
    )
