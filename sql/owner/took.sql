insert into ops.owner_acts (site, taken_from, author, reason, acted_at)
values (:site, :taken_from, :author, :reason, :at)
