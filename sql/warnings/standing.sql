-- Those of the last day before the site's newest run; `still` is what the newest run of its step said as well.
select
    warning.warning_id,
    warning.site,
    warning.step,
    warning.sentence,
    warning.appeared_at,
    warning.last_said_at,
    warning.seen_by,
    warning.seen_because,
    warning.seen_at,
    warning.last_said_at >= (
        select max(run.as_of) from ops.runs as run
        where run.site = warning.site and run.step = warning.step and run.state in ('done', 'warned')
    ) as still
from ops.warnings as warning
where
    warning.site = any(:sites)
    and warning.last_said_at >= (
        select max(run.as_of) - interval '1 day' from ops.runs as run where run.site = warning.site
    )
order by warning.site, warning.warning_id
