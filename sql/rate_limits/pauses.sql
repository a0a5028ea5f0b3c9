select pauses from ops.rate_limits where account = :account
