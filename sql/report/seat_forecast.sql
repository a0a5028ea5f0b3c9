-- The seats that each quarter of the next 48 hours needs, as of the last run; without a limit there is no share.
create or replace view report.seat_forecast as
select
    forecast.site,
    forecast.starts_at,
    forecast.needed,
    forecast.allowed,
    round(forecast.needed::numeric / nullif(forecast.allowed, 0), 3) as share,
    forecast.needed > forecast.allowed as short,
    seats.used as used_at_last_reading,
    seats.read_at
from access.seat_forecast as forecast
left join access.seats as seats on seats.site = forecast.site
