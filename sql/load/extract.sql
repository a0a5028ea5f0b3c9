select source, completeness, problems, reach, watermarks from src.extracts where extract_id = :extract_id
