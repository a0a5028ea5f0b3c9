select 'locations' as table_name, count(*) as rows from src.locations where source = :source and not is_deleted
union all
select 'customers', count(*) from src.customers where source = :source and not is_deleted
union all
select 'items', count(*) from src.items where source = :source and not is_deleted
union all
select 'bookings', count(*) from src.bookings where source = :source and not is_deleted
union all
select 'memberships', count(*) from src.memberships where source = :source and not is_deleted
union all
select 'passes', count(*) from src.passes where source = :source and not is_deleted
union all
select 'assignments', count(*) from src.assignments where source = :source and not is_deleted
union all
select 'visitors', count(*) from src.visitors where source = :source and not is_deleted
union all
select 'customer_links', count(*) from src.customer_links where source = :source and not is_deleted
