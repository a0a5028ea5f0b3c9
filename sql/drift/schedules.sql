select name, group_id, body, locks from access.group_schedules where site = :site
