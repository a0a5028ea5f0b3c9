update device.one_time_codes
set outcome = :outcome
where code_id = :code_id
