insert into audit.entries (
    site, entry_id, occurred_at, recorded_at, ingested_at, local_time, category, detail, access_by, access_detail,
    exit_requested, lock_id, lock_name, iq_id, user_id, customer_id
)
values (
    :site, :entry_id, :occurred_at, :recorded_at, :ingested_at, :local_time, :category, :detail, :access_by,
    :access_detail, :exit_requested, :lock_id, :lock_name, :iq_id, :user_id,
    (select customer_id from access.people where site = :site and user_id = :user_id limit 1)
)
on conflict do nothing
