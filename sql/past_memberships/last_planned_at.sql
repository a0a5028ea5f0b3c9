select max(as_of) as as_of from access.plans where site = :site
