select source_id, name, item_type, location_id, active, group_hint
from src.items
where source = :source and not is_deleted
order by source_id
