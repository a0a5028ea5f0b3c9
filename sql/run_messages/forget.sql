delete from ops.run_messages
where reported_at < :before
