update access.drift as known
set state = 'closed', closed_at = given.at
from json_to_recordset(cast(:many as json)) as given (
    site text, kind text, group_name text, subject text, at timestamptz
)
where
    known.site = given.site
    and known.kind = given.kind
    and known.group_name = given.group_name
    and known.subject = given.subject
    and known.state = 'open'
