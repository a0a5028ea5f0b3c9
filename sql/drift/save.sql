insert into access.drift (site, kind, group_name, subject, sentence, done, first_seen, last_seen)
select distinct on (site, kind, group_name, subject) site, kind, group_name, subject, sentence, done, at, at
from json_to_recordset(cast(:many as json)) as given (
    site text, kind text, group_name text, subject text, sentence text, done text, at timestamptz
)
on conflict (site, kind, group_name, subject) where state = 'open' do update set
    sentence = excluded.sentence,
    done = excluded.done,
    last_seen = excluded.last_seen
