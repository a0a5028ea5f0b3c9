update access.pins
set state = 'issued', sealed = :sealed, issued_at = :at
where site = :site and customer_id = :customer_id and stay = :stay
