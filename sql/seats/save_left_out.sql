insert into access.seats_left_out (plan_id, place, customer_id, starts_at, inside, booked_at, sentence)
select plan_id, place, customer_id, starts_at, inside, booked_at, sentence
from json_to_recordset(cast(:many as json)) as given (
    plan_id text, place int, customer_id text, starts_at timestamptz, inside boolean, booked_at timestamptz,
    sentence text
)
