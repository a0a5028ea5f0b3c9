insert into access.memberships (
    site, group_name, customer_id, user_id, adopted, reasons, promised_from, promised_until, state, sent_at, plan_id
)
values (
    :site, :group_name, :customer_id, :user_id, false, :reasons, :promised_from, :promised_until, 'sent', :at, :plan_id
)
on conflict (site, group_name, customer_id) where state in ('sent', 'in') do update set
    user_id = excluded.user_id,
    reasons = excluded.reasons,
    promised_from = excluded.promised_from,
    promised_until = excluded.promised_until
