insert into access.slots (site, name, group_id, locks, scheduled, starts_at, ends_at, verified_at)
values (:site, :name, :group_id, :locks, :scheduled, :starts_at, :ends_at, :at)
on conflict (site, name) do update set
    group_id = excluded.group_id,
    locks = excluded.locks,
    scheduled = excluded.scheduled,
    starts_at = excluded.starts_at,
    ends_at = excluded.ends_at,
    verified_at = excluded.verified_at
