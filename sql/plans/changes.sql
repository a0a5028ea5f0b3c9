select position, kind, customer_id, group_name, starts_at, ends_at, cause, person, sentence, reasons, state, reason
from access.changes
where plan_id = :plan_id
order by position
