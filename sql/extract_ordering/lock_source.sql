select pg_advisory_xact_lock(hashtextextended('saltoks load ' || source, 0))
from src.extracts
where extract_id = :extract_id
