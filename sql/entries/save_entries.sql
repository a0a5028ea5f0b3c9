insert into audit.entries (
    site, entry_id, occurred_at, recorded_at, ingested_at, local_time, category, detail, access_by, access_detail,
    exit_requested, lock_id, lock_name, iq_id, user_id, customer_id
)
select
    site, entry_id, occurred_at, recorded_at, ingested_at, local_time, category, detail, access_by, access_detail,
    exit_requested, lock_id, lock_name, iq_id, user_id,
    (select customer_id from access.people where site = given.site and user_id = given.user_id limit 1)
from json_to_recordset(cast(:many as json)) as given (
    site text, entry_id text, occurred_at timestamptz, recorded_at timestamptz, ingested_at timestamptz,
    local_time timestamp, category text, detail text, access_by text, access_detail text, exit_requested boolean,
    lock_id text, lock_name text, iq_id text, user_id text
)
on conflict do nothing
