select
    known.name,
    known.group_id,
    known.uncounted,
    known.read_at,
    coalesce(array_agg(member.user_id) filter (where member.user_id is not null), '{}') as members
from access.groups as known
left join access.group_members as member on member.site = known.site and member.name = known.name
where known.site = :site
group by known.site, known.name
order by known.name
