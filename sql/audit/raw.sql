select entry_id, body, ingested_at from audit.entries_raw where site = :site and not normalised order by entry_id
