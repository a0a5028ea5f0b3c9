update access.pins as pin
set customer_id = given.new_customer_id
from (
    select distinct on (site, new_customer_id, stay) site, customer_id, stay, new_customer_id
    from json_to_recordset(cast(:many as json)) as given (site text, customer_id text, stay text, new_customer_id text)
    order by site, new_customer_id, stay, customer_id
) as given
where
    pin.site = given.site and pin.customer_id = given.customer_id and pin.stay = given.stay
    and not exists (
        select from access.pins as other
        where other.site = given.site and other.customer_id = given.new_customer_id and other.stay = given.stay
    )
