insert into ops.rates as rate (account, next_at)
values (:account, clock_timestamp() + cast(:pause as interval))
on conflict (account) do update set
    next_at = greatest(rate.next_at, clock_timestamp() + cast(:pause as interval))
