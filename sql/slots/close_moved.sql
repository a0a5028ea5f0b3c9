update access.group_memberships as membership
set state = 'out', removed_at = given.at, removed_because = 'moved'
from json_to_recordset(cast(:many as json)) as given (
    site text, group_name text, customer_id text, promised_from timestamptz, promised_until timestamptz, at timestamptz
)
where
    membership.site = given.site
    and membership.group_name = given.group_name
    and membership.customer_id = given.customer_id
    and membership.state = 'in'
    and (
        (
            membership.promised_from <> given.promised_from
            and least(membership.promised_from, given.promised_from) < given.at
        )
        or (
            membership.promised_until <> given.promised_until
            and least(membership.promised_until, given.promised_until) < given.at
        )
    )
