select next_at, per_second, at_most, slowed_at, recent, pauses, clock_timestamp() as now
from ops.rate_limits
where account = :account
for update
