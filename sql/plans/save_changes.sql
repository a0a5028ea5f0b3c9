insert into access.changes (
    plan_id, position, kind, customer_id, group_name, starts_at, ends_at, cause, person, sentence, reasons, state, reason
)
select
    plan_id, position, kind, customer_id, group_name, starts_at, ends_at, cause, person, sentence, reasons, state, reason
from json_to_recordset(cast(:many as json)) as given (
    plan_id text, position int, kind text, customer_id text, group_name text, starts_at timestamptz,
    ends_at timestamptz, cause text, person text, sentence text, reasons text[], state text, reason text
)
