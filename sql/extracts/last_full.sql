select extracted_at
from src.extracts
where source = :source and is_full and completeness = 'complete' and state = 'loaded'
order by extracted_at desc
limit 1
