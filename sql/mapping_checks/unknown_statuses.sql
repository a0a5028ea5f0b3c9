select table_name, status_raw, count(*) as times
from (
    select 'bookings' as table_name, source, status, status_raw, is_deleted from src.bookings
    union all
    select 'memberships', source, status, status_raw, is_deleted from src.memberships
    union all
    select 'passes', source, status, status_raw, is_deleted from src.passes
) as everything
where source = :source and status = 'unknown' and not is_deleted
group by table_name, status_raw
order by times desc, table_name, status_raw
