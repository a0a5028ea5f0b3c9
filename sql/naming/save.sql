insert into access.named_items as known (site, item_id, group_name, named_at)
values (:site, :item_id, :group_name, :at)
on conflict (site, item_id, group_name) do update set
    named_at = excluded.named_at,
    ended_at = null
where known.ended_at is not null
