update access.group_memberships as booked
set state = 'out', removed_at = given.at, removed_because = 'moved'
from json_to_recordset(cast(:many as json)) as given (
    site text, group_name text, customer_id text, promised_from timestamptz, promised_until timestamptz, at timestamptz
)
where
    booked.site = given.site
    and booked.group_name = given.group_name
    and booked.customer_id = given.customer_id
    and booked.state = 'in'
    and (
        (
            booked.promised_from <> given.promised_from
            and least(booked.promised_from, given.promised_from) < given.at
        )
        or (
            booked.promised_until <> given.promised_until
            and least(booked.promised_until, given.promised_until) < given.at
        )
    )
