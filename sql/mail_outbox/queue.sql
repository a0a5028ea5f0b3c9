insert into ops.mail_outbox (mail_key, pin_id, turn, made_at)
select format('pin/%s/%s', pin_id, turn), pin_id, turn, :now
from access.pins
where site = :site and state = 'issued' and ends_at > :now
on conflict (mail_key) do nothing
