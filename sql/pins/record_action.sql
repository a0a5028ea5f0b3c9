insert into access.pin_actions (pin_id, action, author, reason, acted_at)
select pin_id, :act, :author, :reason, :at
from access.pins
where site = :site and customer_id = :customer_id and stay = :stay
