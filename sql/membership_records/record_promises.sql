with given as (
    select booked.membership_id, told.promised_from, told.promised_until, told.reasons, told.at
    from json_to_recordset(cast(:many as json)) as told (
        site text, group_name text, customer_id text, reasons text[], promised_from timestamptz,
        promised_until timestamptz, at timestamptz
    )
    inner join access.group_memberships as booked
        on
            booked.site = told.site
            and booked.group_name = told.group_name
            and booked.customer_id = told.customer_id
            and booked.state in ('sent', 'in')
            and (booked.promised_from, booked.promised_until, booked.reasons)
            is distinct from (told.promised_from, told.promised_until, told.reasons)
),

past as (
    insert into access.group_membership_history (membership_id, until, promised_from, promised_until, reasons)
    select given.membership_id, given.at, booked.promised_from, booked.promised_until, booked.reasons
    from given
    inner join access.group_memberships as booked on booked.membership_id = given.membership_id
    on conflict do nothing
)

update access.group_memberships as booked
set promised_from = given.promised_from, promised_until = given.promised_until, reasons = given.reasons
from given
where booked.membership_id = given.membership_id
