insert into access.memberships (
    site, group_name, customer_id, user_id, adopted, reasons, promised_from, promised_until, state, added_at, plan_id
)
values (
    :site, :group_name, :customer_id, :user_id, true, :reasons, :promised_from, :promised_until, 'in', :at, :plan_id
)
on conflict (site, group_name, customer_id) where state in ('sent', 'in') do nothing
