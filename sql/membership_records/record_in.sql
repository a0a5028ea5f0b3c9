update access.group_memberships as booked
set state = 'in', added_at = coalesce(booked.sent_at, given.at), shown_at = given.at
from json_to_recordset(cast(:many as json)) as given (site text, group_name text, customer_id text, at timestamptz)
where
    booked.site = given.site
    and booked.group_name = given.group_name
    and booked.customer_id = given.customer_id
    and booked.state = 'sent'
