insert into src.checks (extract_id, table_name, expectation, column_name, level, success, unexpected, total)
select extract_id, table_name, expectation, column_name, level, success, unexpected, total
from json_to_recordset(cast(:many as json)) as given (
    extract_id text, table_name text, expectation text, column_name text, level text, success boolean, unexpected int,
    total int
)
