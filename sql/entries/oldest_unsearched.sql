-- The oldest entry that came since the last search for check-ins, or on the day before it.
select min(occurred_at) as occurred_at
from audit.entries
where
    site = :site
    and ingested_at >= (
        select coalesce(max(as_of), '-infinity') - interval '1 day'
        from ops.runs
        where site = :site and step = 'check_in' and state in ('done', 'warned')
    )
