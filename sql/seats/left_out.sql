select sentence from access.seats_left_out where plan_id = :plan_id order by place
