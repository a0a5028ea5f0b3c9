update access.pins as pin
set starts_at = given.starts_at, ends_at = given.ends_at
from json_to_recordset(cast(:many as json)) as given (
    site text, customer_id text, stay text, starts_at timestamptz, ends_at timestamptz
)
where pin.site = given.site and pin.customer_id = given.customer_id and pin.stay = given.stay
