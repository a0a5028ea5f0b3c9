insert into ops.sites (site, site_uid, site_id, timezone, resolved_at)
values (:site, :site_uid, :site_id, :timezone, :at)
on conflict (site) do update set
    site_uid = excluded.site_uid,
    site_id = excluded.site_id,
    timezone = excluded.timezone,
    resolved_at = excluded.resolved_at
