insert into src.quarantine as known (
    source, table_name, source_id, field, reason, found_in, payload, first_seen, last_seen, extract_id
)
values (:source, :table_name, :source_id, :field, :reason, :found_in, :payload, :at, :at, :extract_id)
on conflict (source, table_name, source_id, field, found_in) do update set
    reason = excluded.reason,
    payload = excluded.payload,
    last_seen = excluded.last_seen,
    extract_id = excluded.extract_id
