select site_uid, site_id, account, moved_from, moved_at from ops.sites where site = :site
