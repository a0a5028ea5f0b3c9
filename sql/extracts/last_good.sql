select key as table_name, cast(value as int) as rows
from src.extracts, jsonb_each_text(rows_read)
where
    extract_id = (
        select extract_id
        from src.extracts
        where source = :source and is_full = :full and completeness = 'complete' and state = 'loaded'
        order by extracted_at desc
        limit 1
    )
