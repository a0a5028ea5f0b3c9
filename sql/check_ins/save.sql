insert into audit.check_ins as known (site, source, booking_id, customer_id, entry_id, checked_in_at, noticed_at)
select :site, :source, booking_id, customer_id, entry_id, checked_in_at, :at
from
    unnest(
        cast(:bookings as text[]),
        cast(:customers as text[]),
        cast(:entries as text[]),
        cast(:instants as timestamptz[])
    ) as found (booking_id, customer_id, entry_id, checked_in_at)
on conflict (site, source, booking_id) do update set
    customer_id = excluded.customer_id,
    entry_id = excluded.entry_id,
    checked_in_at = excluded.checked_in_at,
    noticed_at = excluded.noticed_at
where (excluded.customer_id, excluded.entry_id) <> (known.customer_id, known.entry_id)
