insert into device.locks (site, lock_id, read_at, name, online, battery_level, locked_state, iq_id)
values (:site, :lock_id, :read_at, :name, :online, :battery_level, :locked_state, :iq_id)
on conflict do nothing
