update ops.warnings
set seen_by = :by, seen_because = :because, seen_at = :at
where site = :site and warning_id = any(:ids)
