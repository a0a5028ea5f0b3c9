-- What is no check-in any more: of judged bookings without one, and of any other booking whose entry is another's now.
delete from audit.check_ins as known
where
    known.site = :site
    and (
        (
            known.source = :source
            and known.booking_id = any(cast(:judged as text[]))
            and known.booking_id <> all(cast(:bookings as text[]))
        )
        or (
            known.entry_id = any(cast(:entries as text[]))
            and (known.source <> :source or known.booking_id <> all(cast(:bookings as text[])))
        )
    )
