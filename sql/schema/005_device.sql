create schema device;

create table device.locks (
    site text not null,
    lock_id text not null,
    read_at timestamptz not null,
    name text not null,
    online boolean,
    battery_level text,
    locked_state text,
    iq_id text,
    primary key (site, lock_id, read_at)
);

create table device.iqs (
    site text not null,
    iq_id text not null,
    read_at timestamptz not null,
    name text not null,
    online boolean,
    state text,
    primary key (site, iq_id, read_at)
);

create schema report;
