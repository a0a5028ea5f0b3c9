update access.plans set state = :state where plan_id = :plan_id
