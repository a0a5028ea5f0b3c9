select extracted_at, completeness
from src.extracts
where
    source = :source
    and extracted_at >= :since
    and (state = 'loaded' or (state = 'passed_over' and completeness = 'failed'))
order by extracted_at
