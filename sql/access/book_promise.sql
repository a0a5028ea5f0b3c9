update access.memberships as booked
set promised_from = given.promised_from, promised_until = given.promised_until, reasons = given.reasons
from json_to_recordset(cast(:many as json)) as given (
    site text, group_name text, customer_id text, reasons text[], promised_from timestamptz, promised_until timestamptz
)
where
    booked.site = given.site
    and booked.group_name = given.group_name
    and booked.customer_id = given.customer_id
    and booked.state in ('sent', 'in')
    and (booked.promised_from, booked.promised_until, booked.reasons)
    is distinct from (given.promised_from, given.promised_until, given.reasons)
