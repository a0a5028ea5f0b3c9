insert into access.configs (site, body, seen_at, run_id, accepted_by, accepted_because)
values (:site, :body, :at, :run_id, :by, :because)
