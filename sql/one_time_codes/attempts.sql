select tried_at, outcome
from device.one_time_codes
where site = :site and iq_id = :iq_id and account = :account and tried_at >= :since
order by tried_at, code_id
