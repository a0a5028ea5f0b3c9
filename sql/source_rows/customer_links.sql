select source_id, customer_id, related_customer_id, relation
from src.customer_links
where source = :source and not is_deleted
order by source_id
