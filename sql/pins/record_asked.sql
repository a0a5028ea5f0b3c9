insert into access.pins (site, customer_id, stay, site_user_id, starts_at, ends_at, state, request_number, asked_at)
values (:site, :customer_id, :stay, :site_user_id, :starts_at, :ends_at, 'asked', 1, :at)
on conflict (site, customer_id, stay) do update set
    site_user_id = excluded.site_user_id,
    state = 'asked',
    request_number = pins.request_number + 1,
    sealed = null,
    asked_at = excluded.asked_at,
    issued_at = null,
    delivered_at = null
