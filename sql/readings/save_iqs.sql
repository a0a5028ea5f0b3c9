-- A reading that says what the one before said, not long ago, moves its row's end; any other begins a new row.
with latest as (
    insert into device.iqs_now as known (site, iq_id, name, online, state, since, read_at, last_online)
    select
        site, iq_id, name, online, state, read_at, read_at, case when online then read_at else '-infinity' end
    from json_to_recordset(cast(:many as json)) as given (
        site text, iq_id text, read_at timestamptz, name text, online boolean, state text
    )
    on conflict (site, iq_id) do update set
        name = excluded.name,
        online = excluded.online,
        state = excluded.state,
        since = case
            when
                (known.name, known.online, known.state) is not distinct from (
                    excluded.name, excluded.online, excluded.state
                )
                and excluded.read_at - known.read_at <= interval '1 hour'
                then known.since
            else excluded.since
        end,
        read_at = excluded.read_at,
        last_online = greatest(known.last_online, excluded.last_online)
    where excluded.read_at > known.read_at
    returning known.*
)

insert into device.iqs (site, iq_id, read_at, last_seen, name, online, state)
select site, iq_id, since, read_at, name, online, state
from latest
on conflict (site, iq_id, read_at) do update set last_seen = excluded.last_seen
