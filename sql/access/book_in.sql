update access.memberships
set state = 'in', added_at = coalesce(sent_at, :at)
where site = :site and group_name = :group_name and customer_id = :customer_id and state = 'sent'
