insert into ops.owner_takeovers (site, taken_from, author, reason, taken_at)
values (:site, :taken_from, :author, :reason, :at)
