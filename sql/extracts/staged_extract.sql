select source, completeness, problems, reach, watermarks, is_full, ended from src.extracts where extract_id = :extract_id
