-- Who got no seat, by run, in the order in which seats would have been given to them; `booked_at` null: not known.
create or replace view report.seats_left_out as
select
    plan.site,
    plan.run_id,
    plan.as_of,
    left_out.place,
    left_out.customer_id,
    left_out.starts_at,
    left_out.inside,
    left_out.booked_at,
    left_out.sentence
from access.seats_left_out as left_out
inner join access.plans as plan on plan.plan_id = left_out.plan_id
