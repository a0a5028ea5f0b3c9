select
    source_id, full_name, first_name, last_name, email, phone, location_id, parent_customer_id, active, reservation_only,
    owes_since
from src.customers
where source = :source and not is_deleted
order by source_id
