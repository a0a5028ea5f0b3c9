select allowed, used, read_at from access.seats where site = :site
