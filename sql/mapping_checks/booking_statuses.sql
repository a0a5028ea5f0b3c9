select status, status_raw, count(*) as times
from src.bookings
where source = :source and not is_deleted
group by status, status_raw
order by times desc, status_raw, status
