insert into access.group_memberships (
    site, group_name, customer_id, user_id, adopted, reasons, promised_from, promised_until, state, sent_at, plan_id
)
select distinct on (site, group_name, customer_id)
    site, group_name, customer_id, user_id, false, reasons, promised_from, promised_until, 'sent', at, plan_id
from json_to_recordset(cast(:many as json)) as given (
    site text, group_name text, customer_id text, user_id text, reasons text[], promised_from timestamptz,
    promised_until timestamptz, at timestamptz, plan_id text
)
on conflict (site, group_name, customer_id) where state in ('sent', 'in') do update set
    user_id = excluded.user_id,
    reasons = excluded.reasons,
    promised_from = excluded.promised_from,
    promised_until = excluded.promised_until
