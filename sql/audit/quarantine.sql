insert into audit.quarantine (site, entry_id, place, reason, raw, first_seen, last_seen)
values (:site, :entry_id, :place, :reason, :raw, :at, :at)
on conflict (site, entry_id, place) do update set
    reason = excluded.reason,
    raw = excluded.raw,
    last_seen = excluded.last_seen
returning first_seen = last_seen as is_new
