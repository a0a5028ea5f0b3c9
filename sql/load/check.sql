insert into src.checks (extract_id, table_name, expectation, column_name, level, success, unexpected, total)
values (:extract_id, :table_name, :expectation, :column_name, :level, :success, :unexpected, :total)
