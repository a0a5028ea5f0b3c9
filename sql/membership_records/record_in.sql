update access.group_memberships as membership
set state = 'in', added_at = coalesce(membership.sent_at, given.at), shown_at = given.at
from json_to_recordset(cast(:many as json)) as given (site text, group_name text, customer_id text, at timestamptz)
where
    membership.site = given.site
    and membership.group_name = given.group_name
    and membership.customer_id = given.customer_id
    and membership.state = 'sent'
