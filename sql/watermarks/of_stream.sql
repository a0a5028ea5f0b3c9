select seen_until, swept_at from ops.watermarks where site = :site and stream = :stream
