update access.people
set
    subscribed = :subscribed,
    suspended_because = case when not :subscribed then coalesce(cast(:because as text), suspended_because) end,
    seen_at = :at
where site = :site and site_user_id = :site_user_id
