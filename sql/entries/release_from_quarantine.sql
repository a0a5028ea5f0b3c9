delete from audit.quarantine
where site = :site and entry_id = any(cast(:ids as text[]))
