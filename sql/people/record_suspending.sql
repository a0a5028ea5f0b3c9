update access.people
set suspended_because = 'no_access'
where site = :site and site_user_id = :site_user_id
