insert into audit.check_ins as known (site, source, booking_id, customer_id, entry_id, checked_in_at, noticed_at)
values (:site, :source, :booking_id, :customer_id, :entry_id, :checked_in_at, :at)
on conflict (site, source, booking_id) do update set
    entry_id = excluded.entry_id,
    checked_in_at = excluded.checked_in_at
where excluded.checked_in_at < known.checked_in_at
returning booking_id
