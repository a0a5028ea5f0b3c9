update access.slots set verified_at = null where site = :site and name = :name
