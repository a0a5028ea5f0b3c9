-- What the newest plan neither holds nor, once accepted, still asks for.
update access.holds
set state = 'gone', closed_at = :at
where
    site = :site
    and (
        (state = 'waiting' and plan_id <> :plan_id)
        or (
            state = 'accepted'
            and not exists (
                select from access.changes as asked
                where
                    asked.plan_id = :plan_id
                    and asked.kind = access.holds.kind
                    and asked.customer_id = access.holds.customer_id
                    and asked.group_name = access.holds.group_name
            )
        )
    )
