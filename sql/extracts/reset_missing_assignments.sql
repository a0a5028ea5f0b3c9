update src.assignments
set missed = 0
where source = :source and missed > 0 and source_id = any(cast(:kept as text[]))
