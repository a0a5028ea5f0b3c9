-- The soak skips the time between two runs, which real rate budgets live through.
update ops.rate_limits
set
    next_at = next_at - make_interval(mins => :minutes),
    slowed_at = slowed_at - make_interval(mins => :minutes),
    recent = '{}'
