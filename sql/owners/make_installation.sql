insert into ops.installation (installation_id, made_at) values (:installation_id, :at) on conflict do nothing
