update access.group_memberships as booked
set customer_id = given.new_customer_id
from json_to_recordset(cast(:many as json)) as given (site text, group_name text, customer_id text, new_customer_id text)
where
    booked.site = given.site
    and booked.group_name = given.group_name
    and booked.customer_id = given.customer_id
    and booked.state in ('sent', 'in')
