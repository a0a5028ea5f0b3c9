select
    person.customer_id,
    person.user_id,
    person.site_user_id,
    person.subscribed,
    person.blocked,
    person.made_by_us,
    person.suspended_because,
    person.elsewhere,
    person.loses,
    person.looked_at,
    person.told_name,
    person.told_email,
    greatest(person.made_at, ended.at) as left_at
from access.people as person
left join lateral (
    select max(least(membership.removed_at, membership.promised_until)) as at
    from access.memberships as membership
    where membership.site = person.site and membership.user_id = person.user_id and membership.state <> 'void'
) as ended on true
where person.site = :site and person.gone_at is null
