insert into device.codes (site, iq_id, account, what, lock_name, author, reason, tried_at)
values (:site, :iq_id, :account, :what, :lock_name, :author, :reason, :at)
returning code_id
