update access.memberships
set state = 'out', removed_at = cast(:at as timestamptz), removed_because = 'moved'
where
    site = :site
    and group_name = :group_name
    and customer_id = :customer_id
    and state = 'in'
    and (
        (
            promised_from <> cast(:promised_from as timestamptz)
            and least(promised_from, cast(:promised_from as timestamptz)) < cast(:at as timestamptz)
        )
        or (
            promised_until <> cast(:promised_until as timestamptz)
            and least(promised_until, cast(:promised_until as timestamptz)) < cast(:at as timestamptz)
        )
    )
