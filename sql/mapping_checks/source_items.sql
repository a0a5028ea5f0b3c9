select source_id, name
from src.items
where source = :source and not is_deleted
union all
select distinct plan_id, ''
from src.memberships
where source = :source and not is_deleted
