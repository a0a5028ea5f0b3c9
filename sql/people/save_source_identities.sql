update access.people as person
set source_name = told.name, source_email = told.email
from json_to_recordset(cast(:many as json)) as told (site text, customer_id text, name text, email text)
where
    person.site = told.site
    and person.customer_id = told.customer_id
    and (person.source_name, person.source_email) is distinct from (told.name, told.email)
