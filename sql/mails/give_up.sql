update ops.mails
set
    state = 'failed',
    reason = case when pins.ends_at <= :now then 'the stay was over first' else 'another PIN took its place' end
from access.pins
where
    mails.pin_id = pins.pin_id and mails.state = 'pending' and pins.site = :site
    and (pins.ends_at <= :now or pins.turn <> mails.turn)
