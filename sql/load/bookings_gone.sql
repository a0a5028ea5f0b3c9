update src.bookings as known
set is_deleted = true, deleted_detected_at = :at
where
    known.source = :source
    and not known.is_deleted
    and (cast(:since as timestamptz) is null or known.ends_at > :since)
    and (cast(:until as timestamptz) is null or known.starts_at < :until)
    and known.source_id <> all(cast(:kept as text[]))
    and not exists (select 1 from incoming_bookings as seen where seen.source_id = known.source_id)
