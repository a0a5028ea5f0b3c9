select table_name, expectation, column_name, level, success, unexpected, total
from src.checks
where extract_id = :extract_id
