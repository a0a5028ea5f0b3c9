update ops.rate_limits
set
    next_at = :next_at,
    per_second = :per_second,
    at_most = :at_most,
    slowed_at = :slowed_at,
    recent = :recent,
    pauses = :pauses
where account = :account
