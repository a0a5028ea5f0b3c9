insert into access.people as known (
    site, customer_id, user_id, site_user_id, subscribed, blocked, seen_at, made_by_us, made_at, suspended_because
)
select
    :site, :customer_id, :user_id, :site_user_id, :subscribed, :blocked, :at, made.by_us, :at,
    case when not :subscribed then case when made.by_us then 'no_seat' else 'by_hand' end end
from (
    select
        :made_by_us
        or exists (
            select 1
            from access.changes as change
            inner join access.plans as plan on plan.plan_id = change.plan_id
            where
                plan.site = :site
                and change.customer_id = :customer_id
                and change.kind = 'create_person'
                and change.state = 'sent'
        ) as by_us
) as made
on conflict (site, customer_id) do update set
    user_id = excluded.user_id,
    site_user_id = excluded.site_user_id,
    subscribed = excluded.subscribed,
    blocked = excluded.blocked,
    seen_at = excluded.seen_at,
    made_by_us = case
        when known.user_id = excluded.user_id and known.gone_at is null then known.made_by_us or :made_by_us
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
    elsewhere = case when known.user_id = excluded.user_id then known.elsewhere end,
    looked_at = case when known.user_id = excluded.user_id then known.looked_at end,
    gone_at = null
