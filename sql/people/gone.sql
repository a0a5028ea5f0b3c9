update access.people
set gone_at = :at
where site = :site and site_user_id = :site_user_id and gone_at is null
