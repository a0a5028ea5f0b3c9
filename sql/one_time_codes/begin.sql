insert into device.one_time_codes (site, iq_id, account, purpose, lock_name, author, reason, tried_at)
values (:site, :iq_id, :account, :purpose, :lock_name, :author, :reason, :at)
returning code_id
