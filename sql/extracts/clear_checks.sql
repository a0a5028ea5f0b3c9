delete from src.checks where extract_id = :extract_id
