-- Every stay of one hotel, in its wall clock: from 15:00 on the day of arrival until 11:00 on the day of departure.
-- Of the two room types the assigned one is taken: it is the room that the guest was given a key to, where the
-- reserved one is what they asked for (they differ in one stay of seven).
-- A stay without a night ends before it starts and so goes to quarantine, whatever its status.
select
    row_number as row,
    assigned_room_type as room_type,
    arrival + time '15:00' as check_in,
    arrival + stays_in_weekend_nights + stays_in_week_nights + time '11:00' as check_out,
    reservation_status as status,
    case when reservation_status = 'Canceled' then reservation_status_date end as cancelled_on
from raw.hotel_bookings
where hotel = :hotel
order by row_number
