-- Those of the last day before the site's newest run; `still` is what the newest run of its step said as well.
select
    told.warning_id,
    told.site,
    told.step,
    told.sentence,
    told.appeared_at,
    told.last_said_at,
    told.seen_by,
    told.seen_because,
    told.seen_at,
    told.last_said_at >= (
        select max(one.as_of) from ops.runs as one
        where one.site = told.site and one.step = told.step and one.state in ('done', 'warned')
    ) as still
from ops.warnings as told
where
    told.site = any(:sites)
    and told.last_said_at >= (
        select max(one.as_of) - interval '1 day' from ops.runs as one where one.site = told.site
    )
order by told.site, told.warning_id
