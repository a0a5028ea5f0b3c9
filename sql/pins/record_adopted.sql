insert into access.pins (site, customer_id, stay, site_user_id, starts_at, ends_at, state, request_number)
values (:site, :customer_id, :stay, :site_user_id, :starts_at, :ends_at, 'delivered', 0)
on conflict (site, customer_id, stay) do update set
    site_user_id = excluded.site_user_id,
    state = 'delivered',
    request_number = 0,
    sealed = null
