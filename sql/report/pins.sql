-- Every PIN with its stay, how far it got, and the last mail that carried it; never the PIN itself.
create or replace view report.pins as
select
    pins.pin_id,
    pins.site,
    pins.customer_id,
    pins.stay,
    pins.site_user_id,
    pins.starts_at,
    pins.ends_at,
    pins.state,
    pins.request_number as turn,
    pins.asked_at,
    pins.issued_at,
    pins.delivered_at,
    mail.state as mail_state,
    mail.attempts as mail_attempts,
    mail.reason as mail_reason,
    mail.sent_at as mailed_at
from access.pins
left join lateral (
    select state, attempts, reason, sent_at
    from ops.mail_outbox as sent
    where sent.pin_id = pins.pin_id
    order by request_number desc
    limit 1
) as mail on true
