update access.pins set sealed = null where site = :site and ends_at <= :now and sealed is not null
