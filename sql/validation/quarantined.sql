select table_name, found_in, field, reason, first_seen
from src.quarantine
where
    source = :source
    and last_seen >= (
        select coalesce(max(extracted_at), '-infinity')
        from src.extracts
        where source = :source and is_full and state = 'loaded'
    )
order by first_seen desc, table_name, found_in, field
limit :first
