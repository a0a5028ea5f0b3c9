update audit.entries_raw
set normalised = true
where site = :site and entry_id = any(cast(:ids as text[]))
