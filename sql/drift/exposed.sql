select
    (select count(distinct customer_id) from report.exposure where site = :site) as people,
    (select count(distinct lock_name) from report.exposure where site = :site) as locks,
    (
        select count(distinct (kind, customer_id, group_name, settled_at))
        from report.pending_behind_iq
        where site = :site
    ) as pending
