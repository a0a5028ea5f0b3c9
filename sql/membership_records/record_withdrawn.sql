-- A complete extract withdraws, and whatever gives a reason again takes that back.
update access.group_memberships as membership
set withdrawn_at = case when withdrawn.is_withdrawn is not null then coalesce(membership.withdrawn_at, cast(:at as timestamptz)) end
from access.group_memberships as candidate
left join (
    select
        group_name,
        customer_id,
        true as is_withdrawn
    from jsonb_to_recordset(cast(:withdrawn as jsonb)) as given (group_name text, customer_id text)
) as withdrawn on candidate.group_name = withdrawn.group_name and candidate.customer_id = withdrawn.customer_id
where
    membership.membership_id = candidate.membership_id
    and membership.site = :site
    and membership.state in ('sent', 'in')
    and (withdrawn.is_withdrawn is null) = (membership.withdrawn_at is not null)
    and (cast(:complete as boolean) or withdrawn.is_withdrawn is null)
