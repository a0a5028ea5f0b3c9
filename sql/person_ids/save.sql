insert into access.people as known (
    site, customer_id, user_id, site_user_id, subscribed, blocked, seen_at, made_by_us, made_at, suspended_because
)
select
    made.site, made.customer_id, made.user_id, made.site_user_id, made.subscribed, made.blocked, made.at, made.by_us, made.at,
    case
        when made.subscribed then null
        when made.by_us then 'no_seat'
        when exists (select 1 from access.plans as plan where plan.site = made.site and plan.state = 'applied') then 'by_hand'
        else 'before_us'
    end
from (
    select
        given.*,
        given.made_by_us
        or (
            exists (
                select 1
                from access.changes as change
                inner join access.plans as plan on plan.plan_id = change.plan_id
                where
                    plan.site = given.site
                    and change.customer_id = given.customer_id
                    and change.kind = 'create_person'
                    and change.state = 'sent'
            )
            and not exists (
                select 1
                from access.people as before
                where
                    before.site = given.site
                    and before.customer_id = given.customer_id
                    and before.user_id = given.user_id
                    and before.gone_at is null
            )
        ) as by_us
    from json_to_recordset(cast(:many as json)) as given (
        site text, customer_id text, user_id text, site_user_id text, subscribed boolean, blocked boolean,
        made_by_us boolean, at timestamptz
    )
) as made
on conflict (site, customer_id) do update set
    user_id = excluded.user_id,
    site_user_id = excluded.site_user_id,
    subscribed = excluded.subscribed,
    blocked = excluded.blocked,
    seen_at = excluded.seen_at,
    made_by_us = case
        when known.user_id = excluded.user_id and known.gone_at is null then known.made_by_us or excluded.made_by_us
        else excluded.made_by_us
    end,
    made_at = case
        when known.user_id = excluded.user_id and known.gone_at is null then known.made_at
        else excluded.made_at
    end,
    suspended_because = case
        when excluded.subscribed then null
        when known.user_id = excluded.user_id and known.gone_at is null then coalesce(known.suspended_because, 'by_hand')
        else excluded.suspended_because
    end,
    has_other_access = case when known.user_id = excluded.user_id then known.has_other_access end,
    other_access_read_at = case when known.user_id = excluded.user_id then known.other_access_read_at end,
    gone_at = null
