insert into access.promises as known (
    site, source, booking_id, group_name, promised_from, promised_until, effective_from, late, planned_at
)
select distinct on (site, source, booking_id, group_name)
    site, source, booking_id, group_name, promised_from, promised_until, effective_from, late, at
from json_to_recordset(cast(:many as json)) as given (
    site text, source text, booking_id text, group_name text, promised_from timestamptz, promised_until timestamptz,
    effective_from timestamptz, late boolean, at timestamptz
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
