update access.memberships
set customer_id = :new_customer_id
where site = :site and group_name = :group_name and customer_id = :customer_id and state in ('sent', 'in')
