update src.extracts
set state = 'passed_over'
where extract_id = :extract_id
