insert into access.people (site, customer_id, user_id, site_user_id, subscribed, blocked, seen_at)
values (:site, :customer_id, :user_id, :site_user_id, :subscribed, :blocked, :at)
on conflict (site, customer_id) do update set
    user_id = excluded.user_id,
    site_user_id = excluded.site_user_id,
    subscribed = excluded.subscribed,
    blocked = excluded.blocked,
    seen_at = excluded.seen_at
