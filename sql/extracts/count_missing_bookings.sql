update src.bookings as known
set
    missed = known.missed + 1,
    is_deleted = known.missed + 1 >= :missing_runs,
    deleted_detected_at = case when known.missed + 1 >= :missing_runs then cast(:at as timestamptz) end
where
    known.source = :source
    and not known.is_deleted
    and (cast(:since as timestamptz) is null or known.ends_at > :since)
    and (cast(:until as timestamptz) is null or known.starts_at < :until)
    and known.source_id <> all(cast(:kept as text[]))
    and not exists (select 1 from incoming_bookings as seen where seen.source_id = known.source_id)
returning known.is_deleted
