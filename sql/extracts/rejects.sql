select table_name, source_id, field, reason, found_in, payload
from src.quarantine
where extract_id = :extract_id
order by table_name, found_in, field
