insert into device.iqs (site, iq_id, read_at, name, online, state)
values (:site, :iq_id, :read_at, :name, :online, :state)
on conflict do nothing
