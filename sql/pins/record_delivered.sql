update access.pins
set state = 'delivered', delivered_at = :at
where pin_id = :pin_id and request_number = :request_number and state = 'issued'
