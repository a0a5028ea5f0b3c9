select 'customers' as table_name, source_id from src.customers where source = :source and not is_deleted
union all
select 'items', source_id from src.items where source = :source and not is_deleted
union all
select distinct 'items', plan_id from src.memberships where source = :source and not is_deleted
