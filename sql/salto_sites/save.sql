insert into ops.sites (site, site_uid, site_id, account, timezone, resolved_at, moved_from, moved_at)
values (:site, :site_uid, :site_id, :account, :timezone, :at, :moved_from, :moved_at)
on conflict (site) do update set
    site_uid = excluded.site_uid,
    site_id = excluded.site_id,
    account = excluded.account,
    timezone = excluded.timezone,
    resolved_at = excluded.resolved_at,
    moved_from = excluded.moved_from,
    moved_at = excluded.moved_at
