update src.assignments as known
set is_deleted = true, deleted_detected_at = :at
where
    known.source = :source
    and not known.is_deleted
    and known.source_id <> all(cast(:kept as text[]))
    and not exists (select 1 from incoming_assignments as seen where seen.source_id = known.source_id)
