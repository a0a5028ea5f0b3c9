select
    count(distinct customer_id) filter (where not beyond_look_back) as people,
    count(distinct lock_name) filter (where not beyond_look_back) as locks,
    count(distinct customer_id) filter (where beyond_look_back) as beyond,
    count(distinct lock_name) filter (where beyond_look_back) as silent,
    (
        select count(distinct (kind, customer_id, group_name, settled_at))
        from report.pending_behind_iq
        where site = :site
    ) as pending
from report.exposure
where site = :site
