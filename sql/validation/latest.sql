select extract_id, run_id, completeness, is_full, extracted_at, rows_read, problems
from src.extracts
where source = :source and (state = 'loaded' or (state = 'passed_over' and completeness = 'failed'))
order by extracted_at desc, extract_id desc
limit 1
