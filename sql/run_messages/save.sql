insert into ops.run_messages (run_id, step, site, position, level, sentence, reported_at)
select run_id, step, site, position, level, sentence, at
from json_to_recordset(cast(:many as json)) as given (
    run_id text, step text, site text, position int, level text, sentence text, at timestamptz
)
