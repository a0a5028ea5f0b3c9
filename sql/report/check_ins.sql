create or replace view report.check_ins as
select
    checked.site,
    checked.booking_id,
    checked.customer_id,
    booking.item_id,
    booking.starts_at,
    booking.ends_at,
    checked.checked_in_at,
    checked.checked_in_at at time zone site.timezone as checked_in_local,
    entry.lock_name,
    entry.access_by,
    checked.entry_id,
    checked.checked_in_at - booking.starts_at as after_start
from audit.check_ins as checked
left join ops.sites as site on site.site = checked.site
left join src.bookings as booking on booking.source = checked.source and booking.source_id = checked.booking_id
left join audit.entries as entry on entry.site = checked.site and entry.entry_id = checked.entry_id;
