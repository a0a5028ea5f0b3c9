select item_id, group_name, ended_at from access.named_items where site = :site order by item_id, group_name
