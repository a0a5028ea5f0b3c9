update access.people
set elsewhere = :elsewhere, loses = :loses, looked_at = :at
where site = :site and site_user_id = :site_user_id
