insert into access.name_mapped_items as known (site, item_id, group_name, named_at)
select distinct site, item_id, group_name, at
from json_to_recordset(cast(:many as json)) as given (site text, item_id text, group_name text, at timestamptz)
on conflict (site, item_id, group_name) do update set
    named_at = excluded.named_at,
    ended_at = null
where known.ended_at is not null
