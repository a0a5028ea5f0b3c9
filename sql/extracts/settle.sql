update src.extracts
set
    completeness = :completeness,
    state = case when :completeness = 'failed' then 'passed_over' else 'loaded' end,
    rejected = :rejected,
    problems = :problems,
    loaded_at = :at
where extract_id = :extract_id
