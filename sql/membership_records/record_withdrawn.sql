-- A complete extract withdraws, and whatever gives a reason again takes that back.
update access.group_memberships as booked
set withdrawn_at = case when told.is_told is not null then coalesce(booked.withdrawn_at, cast(:at as timestamptz)) end
from access.group_memberships as every
left join (
    select
        group_name,
        customer_id,
        true as is_told
    from jsonb_to_recordset(cast(:withdrawn as jsonb)) as given (group_name text, customer_id text)
) as told on every.group_name = told.group_name and every.customer_id = told.customer_id
where
    booked.membership_id = every.membership_id
    and booked.site = :site
    and booked.state in ('sent', 'in')
    and (told.is_told is null) = (booked.withdrawn_at is not null)
    and (cast(:complete as boolean) or told.is_told is null)
