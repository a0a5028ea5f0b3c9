delete from ops.said
where said_at < :before
