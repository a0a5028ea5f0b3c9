-- A reading that says what the one before said, not long ago, moves its row's end; any other begins a new row.
with latest as (
    insert into device.locks_now as known (
        site, lock_id, name, online, battery_level, locked_state, iq_id, since, read_at, last_online
    )
    select
        site,
        lock_id,
        name,
        online,
        battery_level,
        locked_state,
        iq_id,
        read_at,
        read_at,
        case when online then read_at else '-infinity' end
    from json_to_recordset(cast(:many as json)) as given (
        site text, lock_id text, read_at timestamptz, name text, online boolean, battery_level text, locked_state text,
        iq_id text
    )
    on conflict (site, lock_id) do update set
        name = excluded.name,
        online = excluded.online,
        battery_level = excluded.battery_level,
        locked_state = excluded.locked_state,
        iq_id = excluded.iq_id,
        since = case
            when
                (known.name, known.online, known.battery_level, known.locked_state, known.iq_id)
                is not distinct from
                (excluded.name, excluded.online, excluded.battery_level, excluded.locked_state, excluded.iq_id)
                and excluded.read_at - known.read_at <= interval '1 hour'
                then known.since
            else excluded.since
        end,
        read_at = excluded.read_at,
        last_online = greatest(known.last_online, excluded.last_online)
    where excluded.read_at > known.read_at
    returning known.*
)

insert into device.locks (
    site, lock_id, read_at, last_seen, name, online, battery_level, locked_state, iq_id
)
select site, lock_id, since, read_at, name, online, battery_level, locked_state, iq_id
from latest
on conflict (site, lock_id, read_at) do update set last_seen = excluded.last_seen
