-- One that was away for two days appears anew, unless somebody has looked at it.
insert into ops.warnings as known (site, fingerprint, step, sentence, run_id, appeared_at, last_said_at)
select site, fingerprint, step, sentence, run_id, at, at
from json_to_recordset(cast(:many as json)) as given (
    site text, fingerprint text, step text, sentence text, run_id text, at timestamptz
)
on conflict (site, fingerprint) do update set
    step = excluded.step,
    sentence = excluded.sentence,
    run_id = case
        when known.seen_at is null and known.last_said_at < excluded.last_said_at - interval '2 days'
            then excluded.run_id
        else known.run_id
    end,
    appeared_at = case
        when known.seen_at is null and known.last_said_at < excluded.last_said_at - interval '2 days'
            then excluded.appeared_at
        else known.appeared_at
    end,
    last_said_at = greatest(known.last_said_at, excluded.last_said_at)
