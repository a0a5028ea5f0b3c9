select fingerprint
from ops.warnings
where site = :site and fingerprint = any(:fingerprints) and run_id = :run_id and seen_at is null
