insert into access.groups as known (site, name, group_id, uncounted, read_at)
values (:site, :name, :group_id, coalesce(cast(:uncounted as int), 0), :at)
on conflict (site, name) do update set
    group_id = excluded.group_id,
    uncounted = coalesce(cast(:uncounted as int), known.uncounted),
    read_at = excluded.read_at
