select 1 from access.plans where site = :site and state = 'applied' limit 1
