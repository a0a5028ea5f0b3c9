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
    removed_because,
    -- a window target's group opens by its own schedule, any other group for as long as somebody is in it
    case when is_window then greatest(added_at, promised_from) else added_at end as opens_from,
    case when is_window then least(removed_at, promised_until) else removed_at end as opens_until,
    case when is_window then regexp_replace(group_name, ' #[0-9]+$', '') else group_name end as target
from (
    select *, group_name ~ '^saltoks .+ #[1-9][0-9]*$' as is_window
    from access.group_memberships
) as stays
where added_at is not null and (not is_window or greatest(added_at, promised_from) < least(removed_at, promised_until));
