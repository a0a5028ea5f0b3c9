insert into ops.mail_outbox (mail_key, pin_id, request_number, made_at)
select format('pin/%s/%s', pin_id, request_number), pin_id, request_number, :now
from access.pins
where site = :site and state = 'issued' and ends_at > :now
on conflict (mail_key) do nothing
