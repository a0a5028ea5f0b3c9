select table_name, cast(body as text) as body from src.staged where extract_id = :extract_id
