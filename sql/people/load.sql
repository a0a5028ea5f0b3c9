select
    person.customer_id,
    person.user_id,
    person.site_user_id,
    person.subscribed,
    person.blocked,
    person.made_by_us,
    person.suspended_because,
    person.has_other_access,
    person.would_lose,
    person.other_access_read_at,
    person.source_name,
    person.source_email,
    greatest(person.made_at, ended.at) as left_at
from access.people as person
left join lateral (
    select max(least(membership.removed_at, membership.promised_until)) as at
    from access.group_memberships as membership
    where membership.site = person.site and membership.user_id = person.user_id and membership.state <> 'void'
) as ended on true
where person.site = :site and person.gone_at is null
