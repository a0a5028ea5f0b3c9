delete from ops.said
where run_id = :run_id and step = :step and site = :site
