-- The room types that each hotel gave out.
select hotel, array_agg(distinct assigned_room_type order by assigned_room_type) as room_types
from raw.hotel_bookings
group by hotel
order by hotel
