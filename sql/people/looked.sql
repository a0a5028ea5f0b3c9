update access.people as known
set elsewhere = given.elsewhere, loses = given.loses, looked_at = given.at
from json_to_recordset(cast(:many as json)) as given (
    site text, site_user_id text, elsewhere boolean, loses text[], at timestamptz
)
where known.site = given.site and known.site_user_id = given.site_user_id
