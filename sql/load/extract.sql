select source, completeness, problems from src.extracts where extract_id = :extract_id
