select name, group_id, locks, scheduled, starts_at, ends_at, verified_at
from access.slots
where site = :site
