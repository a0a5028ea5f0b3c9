select pauses from ops.rates where account = :account
