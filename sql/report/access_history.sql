create or replace view report.access_history as
select
    site,
    group_name,
    customer_id,
    user_id,
    added_at,
    removed_at,
    promised_from,
    promised_until,
    reasons,
    adopted,
    removed_because
from access.memberships
where added_at is not null;
