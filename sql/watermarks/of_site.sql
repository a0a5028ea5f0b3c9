select stream, seen_until from ops.watermarks where site = :site
