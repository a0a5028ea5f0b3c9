select stay, sealed
from access.pins
where site = :site and customer_id = :customer_id and sealed is not null
order by pin_id desc
