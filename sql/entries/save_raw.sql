insert into audit.entries_raw (site, entry_id, body, ingested_at)
select :site, entry_id, body, :at
from unnest(cast(:ids as text[]), cast(:bodies as text[])) as page (entry_id, body)
on conflict do nothing
