update access.group_memberships as membership
set customer_id = given.new_customer_id
from json_to_recordset(cast(:many as json)) as given (site text, group_name text, customer_id text, new_customer_id text)
where
    membership.site = given.site
    and membership.group_name = given.group_name
    and membership.customer_id = given.customer_id
    and membership.state in ('sent', 'in')
