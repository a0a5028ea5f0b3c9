insert into access.seats_left_out (plan_id, place, customer_id, starts_at, inside, booked_at, sentence)
values (:plan_id, :place, :customer_id, :starts_at, :inside, :booked_at, :sentence)
