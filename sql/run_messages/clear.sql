delete from ops.run_messages
where run_id = :run_id and step = :step and site = :site
