select entry_id, body, ingested_at
from audit.entries_raw
where site = :site and not normalised and entry_id > :after
order by entry_id
limit :most
