delete from src.staged where extract_id = :extract_id
