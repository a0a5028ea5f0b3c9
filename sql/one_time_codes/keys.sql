select iq_id, account, iq_name, secret, pin, kept_at
from device.iq_keys
where site = :site
order by iq_name, account
