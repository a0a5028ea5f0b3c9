select about
from ops.warnings
where site = :site and about = any(:about) and run_id = :run_id and seen_at is null
