select name, group_id, locks, scheduled, starts_at, ends_at, verified_at, changed_at
from access.slots
where site = :site
