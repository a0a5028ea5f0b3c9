-- How each lock and IQ is, one row each: its latest reading, since when it reads so, and when it was last called online
-- ('-infinity': never). Of `device.locks` and `device.iqs` one row now covers all readings that say the same, from
-- `read_at` to `last_seen`.
alter table device.locks add column last_seen timestamptz;
update device.locks set last_seen = read_at;
alter table device.locks alter column last_seen set not null;

alter table device.iqs add column last_seen timestamptz;
update device.iqs set last_seen = read_at;
alter table device.iqs alter column last_seen set not null;

create table device.locks_now (
    site text not null,
    lock_id text not null,
    name text not null,
    online boolean,
    battery_level text,
    locked_state text,
    iq_id text,
    since timestamptz not null,
    read_at timestamptz not null,
    last_online timestamptz not null,
    primary key (site, lock_id)
);

insert into device.locks_now (
    site, lock_id, name, online, battery_level, locked_state, iq_id, since, read_at, last_online
)
select distinct on (lock.site, lock.lock_id)
    lock.site,
    lock.lock_id,
    lock.name,
    lock.online,
    lock.battery_level,
    lock.locked_state,
    lock.iq_id,
    lock.read_at,
    lock.read_at,
    coalesce(seen.last_online, '-infinity')
from device.locks as lock
left join (
    select site, lock_id, max(read_at) as last_online
    from device.locks
    where online
    group by site, lock_id
) as seen on seen.site = lock.site and seen.lock_id = lock.lock_id
order by lock.site, lock.lock_id, lock.read_at desc;

create table device.iqs_now (
    site text not null,
    iq_id text not null,
    name text not null,
    online boolean,
    state text,
    since timestamptz not null,
    read_at timestamptz not null,
    last_online timestamptz not null,
    primary key (site, iq_id)
);

insert into device.iqs_now (site, iq_id, name, online, state, since, read_at, last_online)
select distinct on (iq.site, iq.iq_id)
    iq.site,
    iq.iq_id,
    iq.name,
    iq.online,
    iq.state,
    iq.read_at,
    iq.read_at,
    coalesce(seen.last_online, '-infinity')
from device.iqs as iq
left join (
    select site, iq_id, max(read_at) as last_online
    from device.iqs
    where online
    group by site, iq_id
) as seen on seen.site = iq.site and seen.iq_id = iq.iq_id
order by iq.site, iq.iq_id, iq.read_at desc;

-- Salto KS calls a lock or an IQ online until it misses five heartbeats, half an hour at most. So what it heard is sure
-- only up to half an hour before it was last called online: `sure_until`, `iq_sure_until`.
drop view if exists report.exposure;
drop view if exists report.pending_behind_iq;
drop view device.doors;
create view device.doors as
with holders as (
    select site, name as group_name, unnest(locks) as lock_name
    from access.slots
    union
    select site, name, unnest(locks)
    from access.group_schedules
)

select
    lock.site,
    holder.group_name,
    lock.name as lock_name,
    lock.online,
    lock.read_at,
    lock.iq_id,
    iq.name as iq_name,
    iq.online as iq_online,
    lock.last_online,
    coalesce(iq.last_online, '-infinity') as iq_last_online,
    lock.last_online - interval '30 minutes' as sure_until,
    coalesce(iq.last_online, '-infinity') - interval '30 minutes' as iq_sure_until
from device.locks_now as lock
inner join holders as holder on holder.site = lock.site and holder.lock_name = lock.name
left join device.iqs_now as iq on iq.site = lock.site and iq.iq_id = lock.iq_id;

-- What was changed behind an IQ since it was last heard of.
create index on access.changes (group_name, settled_at) where state = 'confirmed';
