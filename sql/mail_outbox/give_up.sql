update ops.mail_outbox as mail
set
    state = 'failed',
    reason = case when pins.ends_at <= :now then 'the stay was over first' else 'another PIN took its place' end
from access.pins
where
    mail.pin_id = pins.pin_id and mail.state = 'pending' and pins.site = :site
    and (pins.ends_at <= :now or pins.request_number <> mail.request_number)
