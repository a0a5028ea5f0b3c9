insert into device.iq_keys (site, iq_id, account, iq_name, secret, pin, kept_at)
values (:site, :iq_id, :account, :iq_name, :secret, :pin, :at)
on conflict (site, iq_id, account) do update
    set iq_name = excluded.iq_name, secret = excluded.secret, pin = excluded.pin, kept_at = excluded.kept_at
