select kind, group_name, subject, sentence, done, first_seen, last_seen
from access.drift
where site = :site and state = 'open'
order by kind, group_name, subject
