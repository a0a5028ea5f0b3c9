-- Of cancelled and deleted bookings too: what is told of one by its GUID must not become a second one.
select source_uid, source_id
from src.bookings
where source = :source and source_uid is not null and ends_at > :since
