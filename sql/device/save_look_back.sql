insert into device.look_backs (site, lock_name, days)
values (:site, :lock_name, :days)
on conflict (site, lock_name) do update set days = excluded.days
