select table_name, field, reason, count(*) as rows
from src.quarantine
where
    source = :source
    -- what a partial extract does not mention is as it was when everything was read last
    and last_seen >= (
        select coalesce(max(extracted_at), '-infinity')
        from src.extracts
        where source = :source and is_full and state = 'loaded'
    )
group by table_name, field, reason
order by rows desc, table_name, field, reason
