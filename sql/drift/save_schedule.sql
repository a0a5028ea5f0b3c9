insert into access.group_schedules (site, name, group_id, body, locks, read_at)
values (:site, :name, :group_id, :body, :locks, :at)
on conflict (site, name) do update set
    group_id = excluded.group_id,
    body = excluded.body,
    locks = excluded.locks,
    read_at = excluded.read_at
