select
    mail.mail_key, mail.attempts, pins.pin_id, pins.request_number, pins.customer_id, pins.stay, pins.starts_at,
    pins.ends_at, pins.sealed
from ops.mail_outbox as mail
inner join access.pins on mail.pin_id = pins.pin_id
where
    pins.site = :site
    and mail.state = 'pending'
    and mail.request_number = pins.request_number
    and pins.state = 'issued'
order by pins.starts_at, mail.mail_key
