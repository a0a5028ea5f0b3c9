-- For how many days a lock that is not online goes by its own audit trail, as the site's file says.
create table device.look_backs (
    site text not null,
    lock_name text not null,
    days int not null check (days between 0 and 255),
    primary key (site, lock_name)
);

-- Every group with the locks that it opens, each with the latest word of the lock and of its IQ, and when either was
-- last seen online; '-infinity': never.
create view device.doors as
with locks as (
    select distinct on (site, lock_id) site, lock_id, name, online, iq_id, read_at
    from device.locks
    order by site, lock_id, read_at desc
),

iqs as (
    select distinct on (site, iq_id) site, iq_id, name, online
    from device.iqs
    order by site, iq_id, read_at desc
),

holders as (
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
    coalesce(
        (
            select max(before.read_at)
            from device.locks as before
            where before.site = lock.site and before.lock_id = lock.lock_id and before.online
        ),
        '-infinity'
    ) as last_online,
    coalesce(
        (
            select max(before.read_at)
            from device.iqs as before
            where before.site = lock.site and before.iq_id = lock.iq_id and before.online
        ),
        '-infinity'
    ) as iq_last_online
from locks as lock
inner join holders as holder on holder.site = lock.site and holder.lock_name = lock.name
left join iqs as iq on iq.site = lock.site and iq.iq_id = lock.iq_id;

create index on audit.entries (site, ingested_at);
