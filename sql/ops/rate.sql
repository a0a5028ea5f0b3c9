select next_at, per_second, at_most, slowed_at, recent, pauses, clock_timestamp() as now
from ops.rates
where account = :account
for update
