update access.group_memberships as booked
set
    state = case when booked.state = 'sent' then 'void' else 'out' end,
    removed_at = case when booked.state <> 'sent' then given.at end,
    removed_because = given.because
from json_to_recordset(cast(:many as json)) as given (
    site text, group_name text, customer_id text, at timestamptz, because text
)
where
    booked.site = given.site
    and booked.group_name = given.group_name
    and booked.customer_id = given.customer_id
    and booked.state in ('sent', 'in')
