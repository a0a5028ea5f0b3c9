select
    mail.mail_key, mail.attempts, pins.pin_id, pins.turn, pins.customer_id, pins.stay, pins.starts_at, pins.ends_at,
    pins.sealed
from ops.mail_outbox as mail
inner join access.pins on mail.pin_id = pins.pin_id
where pins.site = :site and mail.state = 'pending' and mail.turn = pins.turn and pins.state = 'issued'
order by pins.starts_at, mail.mail_key
