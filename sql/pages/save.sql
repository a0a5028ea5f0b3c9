insert into ops.pages (name, run_id, made_at, html)
values (:name, :run_id, :made_at, :html)
on conflict (name) do update set run_id = excluded.run_id, made_at = excluded.made_at, html = excluded.html
