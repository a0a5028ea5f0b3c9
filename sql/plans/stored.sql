select plan_id, run_id, site, source, as_of, planned_at, fingerprint, extract, extract_id, state, notes
from access.plans
where plan_id = :plan_id
