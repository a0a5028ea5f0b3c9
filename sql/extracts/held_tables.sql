select held.table_name
from (
    values
    ('locations', exists (select 1 from src.locations where source = :source)),
    ('customers', exists (select 1 from src.customers where source = :source)),
    ('items', exists (select 1 from src.items where source = :source)),
    ('bookings', exists (select 1 from src.bookings where source = :source)),
    ('memberships', exists (select 1 from src.memberships where source = :source)),
    ('passes', exists (select 1 from src.passes where source = :source)),
    ('assignments', exists (select 1 from src.assignments where source = :source)),
    ('visitors', exists (select 1 from src.visitors where source = :source)),
    ('customer_links', exists (select 1 from src.customer_links where source = :source))
) as held (table_name, has_rows)
where held.has_rows
