select
    mine.state,
    (
        select newer.run_id
        from src.extracts as newer
        where newer.source = mine.source and newer.extracted_at > mine.extracted_at and newer.state = 'loaded'
        order by newer.extracted_at desc
        limit 1
    ) as newer_run
from src.extracts as mine
where mine.extract_id = :extract_id
