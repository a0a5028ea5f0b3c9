insert into access.seats (site, allowed, used, read_at)
values (:site, :allowed, :used, :at)
on conflict (site) do update set allowed = excluded.allowed, used = excluded.used, read_at = excluded.read_at
