select distinct on (customer_id)
    customer_id, stay, site_user_id, starts_at, ends_at, state, turn, mail_state, mail_attempts, mail_reason, mailed_at
from report.pins
where site = :site
order by customer_id, pin_id desc
