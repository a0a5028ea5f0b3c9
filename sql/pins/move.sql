update access.pins
set starts_at = :starts_at, ends_at = :ends_at
where site = :site and customer_id = :customer_id and stay = :stay
