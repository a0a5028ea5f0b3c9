insert into access.holds (
    site, kind, customer_id, group_name, sentence, because, plan_id, first_held_at, last_held_at
)
select
    site, kind, customer_id, group_name, sentence, because, plan_id, at, at
from json_to_recordset(cast(:many as json)) as given (
    site text, kind text, customer_id text, group_name text, sentence text, because text, plan_id text, at timestamptz
)
on conflict (site, kind, customer_id, group_name) where state in ('waiting', 'accepted') do update set
    sentence = excluded.sentence,
    because = excluded.because,
    plan_id = excluded.plan_id,
    last_held_at = excluded.last_held_at,
    state = 'waiting',
    accepted_by = null,
    accepted_because = null,
    accepted_at = null,
    accepted_until = null
