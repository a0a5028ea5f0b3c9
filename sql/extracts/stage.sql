insert into src.extracts (
    extract_id, source, run_id, completeness, is_full, rows_read, reach, watermarks, rejected, problems, ended,
    extracted_at
)
values (
    :extract_id, :source, :run_id, :completeness, :is_full, :rows_read, :reach, :watermarks, :rejected, :problems,
    :ended, :at
)
on conflict (extract_id) do update set
    completeness = excluded.completeness,
    state = 'staged',
    is_full = excluded.is_full,
    rows_read = excluded.rows_read,
    reach = excluded.reach,
    watermarks = excluded.watermarks,
    rejected = excluded.rejected,
    problems = excluded.problems,
    ended = excluded.ended,
    extracted_at = excluded.extracted_at
