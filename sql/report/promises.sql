create or replace view report.promises as
select
    promise.site,
    promise.booking_id,
    booking.customer_id,
    booking.item_id,
    promise.group_name,
    booking.starts_at,
    booking.ends_at,
    booking.created_at,
    promise.promised_from,
    promise.promised_until,
    promise.effective_from,
    promise.effective_from - promise.promised_from as lost,
    promise.late
from access.promises as promise
left join src.bookings as booking on booking.source = promise.source and booking.source_id = promise.booking_id;
