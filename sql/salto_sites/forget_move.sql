update ops.sites set moved_from = null, moved_at = null where site = :site
