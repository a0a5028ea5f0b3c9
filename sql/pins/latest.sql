select distinct on (customer_id)
    customer_id, stay, site_user_id, starts_at, ends_at, state, turn as request_number, mail_state, mail_attempts,
    mail_reason, mailed_at
from report.pins
where site = :site
order by customer_id, pin_id desc
