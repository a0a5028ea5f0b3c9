update device.codes
set outcome = :outcome
where code_id = :code_id
