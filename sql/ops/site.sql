select site_id from ops.sites where site = :site and site_uid = :site_uid
