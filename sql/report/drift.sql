-- What sites had otherwise than our membership records and the source say, and what was done about it.
create or replace view report.drift as
select
    site,
    kind,
    group_name,
    subject,
    sentence,
    state,
    done,
    first_seen,
    last_seen,
    closed_at
from access.drift
