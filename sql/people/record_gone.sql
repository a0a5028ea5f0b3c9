update access.people as known
set gone_at = given.at
from json_to_recordset(cast(:many as json)) as given (site text, site_user_id text, at timestamptz)
where known.site = given.site and known.site_user_id = given.site_user_id and known.gone_at is null
