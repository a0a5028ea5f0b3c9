update access.name_mapped_items
set ended_at = :at
where site = :site and ended_at is null and item_id || ' → ' || group_name <> all(cast(:current as text[]))
