insert into ops.rate_limits (account, next_at) values (:account, clock_timestamp()) on conflict do nothing
