update access.people as person
set customer_id = given.former
from json_to_recordset(cast(:many as json)) as given (site text, customer_id text, former text, user_id text)
where person.site = given.site and person.customer_id = given.customer_id and person.user_id = given.user_id
