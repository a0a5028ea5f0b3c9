update src.locations as known
set
    missed = known.missed + 1,
    is_deleted = known.missed + 1 >= :missing_runs,
    deleted_detected_at = case when known.missed + 1 >= :missing_runs then cast(:at as timestamptz) end
where
    known.source = :source
    and not known.is_deleted
    and known.source_id <> all(cast(:kept as text[]))
    and not exists (select 1 from incoming_locations as seen where seen.source_id = known.source_id)
returning known.is_deleted
