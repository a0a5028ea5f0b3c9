with given as (
    select membership.membership_id, promised.promised_from, promised.promised_until, promised.reasons, promised.at
    from json_to_recordset(cast(:many as json)) as promised (
        site text, group_name text, customer_id text, reasons text[], promised_from timestamptz,
        promised_until timestamptz, at timestamptz
    )
    inner join access.group_memberships as membership
        on
            membership.site = promised.site
            and membership.group_name = promised.group_name
            and membership.customer_id = promised.customer_id
            and membership.state in ('sent', 'in')
            and (membership.promised_from, membership.promised_until, membership.reasons)
            is distinct from (promised.promised_from, promised.promised_until, promised.reasons)
),

past as (
    insert into access.group_membership_promises (membership_id, until, promised_from, promised_until, reasons)
    select given.membership_id, given.at, membership.promised_from, membership.promised_until, membership.reasons
    from given
    inner join access.group_memberships as membership on membership.membership_id = given.membership_id
    on conflict do nothing
)

update access.group_memberships as membership
set promised_from = given.promised_from, promised_until = given.promised_until, reasons = given.reasons
from given
where membership.membership_id = given.membership_id
