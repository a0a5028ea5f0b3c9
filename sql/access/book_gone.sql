update access.memberships
set
    state = case when state = 'sent' then 'void' else 'out' end,
    removed_at = case when state = 'sent' then null else cast(:at as timestamptz) end,
    removed_because = :because
where site = :site and group_name = :group_name and customer_id = :customer_id and state in ('sent', 'in')
