select item_id, group_name, ended_at from access.name_mapped_items where site = :site order by item_id, group_name
