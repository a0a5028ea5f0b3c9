insert into access.group_memberships (
    site, group_name, customer_id, user_id, adopted, reasons, promised_from, promised_until, state, added_at, shown_at,
    plan_id
)
select site, group_name, customer_id, user_id, true, reasons, promised_from, promised_until, 'in', at, at, plan_id
from json_to_recordset(cast(:many as json)) as given (
    site text, group_name text, customer_id text, user_id text, reasons text[], promised_from timestamptz,
    promised_until timestamptz, at timestamptz, plan_id text
)
on conflict (site, group_name, customer_id) where state in ('sent', 'in') do nothing
