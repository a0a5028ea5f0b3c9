update access.changes
set
    state = :state,
    reason = :reason,
    sent_at = case when :state = 'sent' then cast(:at as timestamptz) else sent_at end,
    settled_at = case when :state in ('confirmed', 'failed') then cast(:at as timestamptz) else settled_at end
where plan_id = :plan_id and position = any(cast(:positions as int[]))
