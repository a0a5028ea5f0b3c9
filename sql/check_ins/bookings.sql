-- Bookings that overlap a span or were checked in within it. One that went from the source before it was over counts as
-- cancelled then; one that went later is as it was.
select
    booking.source_id,
    booking.item_id,
    booking.customer_id,
    booking.starts_at,
    booking.ends_at,
    case when booking.went_early then 'cancelled' else booking.status end as status,
    booking.status_raw,
    booking.location_id,
    booking.payment_status,
    case
        when booking.went_early then least(booking.cancelled_at, booking.deleted_detected_at) else booking.cancelled_at
    end as cancelled_at,
    booking.checked_in_at,
    booking.checked_out_at,
    booking.created_at
from (
    select *, is_deleted and deleted_detected_at < ends_at as went_early
    from src.bookings
    where
        source = :source
        and (
            (ends_at > :since and starts_at < :until)
            or source_id in (
                select booking_id
                from audit.check_ins
                where site = :site and source = :source and checked_in_at >= :since
            )
        )
) as booking
order by booking.source_id
