update access.people as known
set
    has_other_access = given.has_other_access,
    would_lose = given.would_lose,
    other_access_read_at = given.at
from json_to_recordset(cast(:many as json)) as given (
    site text, site_user_id text, has_other_access boolean, would_lose text[], at timestamptz
)
where known.site = given.site and known.site_user_id = given.site_user_id
