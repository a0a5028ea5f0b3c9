insert into ops.owners (site, asked_at) values (:site, :at) on conflict (site) do update set asked_at = excluded.asked_at
