insert into access.promises as known (
    site, source, booking_id, group_name, promised_from, promised_until, effective_from, late, planned_at
)
values (
    :site, :source, :booking_id, :group_name, :promised_from, :promised_until, :effective_from, :late, :at
)
on conflict (site, source, booking_id, group_name) do update set
    promised_from = excluded.promised_from,
    promised_until = excluded.promised_until,
    effective_from = excluded.effective_from,
    late = excluded.late,
    planned_at = excluded.planned_at
where
    (known.promised_from, known.promised_until, known.effective_from, known.late)
    is distinct from (excluded.promised_from, excluded.promised_until, excluded.effective_from, excluded.late)
