update access.people as person
set source_name = source_identity.name, source_email = source_identity.email
from json_to_recordset(cast(:many as json)) as source_identity (site text, customer_id text, name text, email text)
where
    person.site = source_identity.site
    and person.customer_id = source_identity.customer_id
    and (person.source_name, person.source_email) is distinct from (source_identity.name, source_identity.email)
