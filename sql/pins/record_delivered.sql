update access.pins
set state = 'delivered', delivered_at = :at
where pin_id = :pin_id and turn = :turn and state = 'issued'
