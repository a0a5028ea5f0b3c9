-- How much was loaded, and between which days somebody may be in the house.
select
    count(*) as rows,
    min(arrival) as first,
    max(arrival + stays_in_weekend_nights + stays_in_week_nights) as last
from raw.hotel_bookings
