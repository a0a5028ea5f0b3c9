select extract_id, completeness, problems, rejected, extracted_at
from src.extracts
where source = :source and state in ('loaded', 'passed_over')
order by extracted_at desc, extract_id desc
limit 1
