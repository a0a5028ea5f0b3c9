update access.group_memberships as membership
set
    state = case when membership.state = 'sent' then 'void' else 'out' end,
    removed_at = case when membership.state <> 'sent' then given.at end,
    removed_because = given.because
from json_to_recordset(cast(:many as json)) as given (
    site text, group_name text, customer_id text, at timestamptz, because text
)
where
    membership.site = given.site
    and membership.group_name = given.group_name
    and membership.customer_id = given.customer_id
    and membership.state in ('sent', 'in')
