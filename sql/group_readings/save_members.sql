insert into access.group_members (site, name, user_id)
select given.site, given.name, unnest(given.members)
from json_to_recordset(cast(:many as json)) as given (site text, name text, members text[])
on conflict do nothing
