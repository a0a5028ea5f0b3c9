update ops.mail_outbox
set
    state = :state,
    attempts = attempts + :tries,
    reason = :reason,
    tried_at = :at,
    sent_at = case when :state = 'sent' then cast(:at as timestamptz) end
where mail_key = :mail_key and state = 'pending'
