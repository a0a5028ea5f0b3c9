insert into ops.rates (account, next_at) values (:account, clock_timestamp()) on conflict do nothing
