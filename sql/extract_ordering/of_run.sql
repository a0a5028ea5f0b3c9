select
    count(*) filter (where state <> 'staged') as settled,
    count(*) filter (where state = 'staged') as waiting
from src.extracts
where run_id = :run_id and source = :source
