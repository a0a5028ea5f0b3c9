select
    mails.mail_key, mails.attempts, pins.pin_id, pins.turn, pins.customer_id, pins.stay, pins.starts_at, pins.ends_at,
    pins.sealed
from ops.mails
inner join access.pins on mails.pin_id = pins.pin_id
where pins.site = :site and mails.state = 'pending' and mails.turn = pins.turn and pins.state = 'issued'
order by pins.starts_at, mails.mail_key
