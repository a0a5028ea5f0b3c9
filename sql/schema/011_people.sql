-- Whom this product made, why somebody has no seat, and what we know of those who may have to leave. `gone_at` is when
-- somebody was deleted at Salto, or seen to be gone; the row stays, so that a late entry still finds its customer.
-- `suspended_because` is also set while a suspension of ours is on its way.
alter table access.people
    add column made_by_us boolean not null default false,
    add column made_at timestamptz,
    add column suspended_because text check (suspended_because in ('no_access', 'no_seat', 'by_hand')),
    add column elsewhere boolean,
    add column loses text[] not null default '{}',
    add column looked_at timestamptz,
    add column gone_at timestamptz;
update access.people as person
set
    made_at = seen_at,
    made_by_us = made.found,
    suspended_because = case when not person.subscribed then case when made.found then 'no_seat' else 'by_hand' end end
from (
    select
        known.site,
        known.customer_id,
        exists (
            select 1
            from access.changes as change
            inner join access.plans as plan on plan.plan_id = change.plan_id
            where plan.site = known.site and change.customer_id = known.customer_id and change.kind = 'create_person'
        ) as found
    from access.people as known
) as made
where made.site = person.site and made.customer_id = person.customer_id;
alter table access.people alter column made_at set not null;

-- People who were asked for and may be there although a stop kept it from us.
create index on access.changes (customer_id) where kind = 'create_person' and state = 'sent';
create index on access.memberships (site, user_id);

-- The seats of a site as last read (`allowed` null: no limit), and how many each quarter of an hour will need.
create table access.seats (
    site text primary key,
    allowed int,
    used int not null,
    read_at timestamptz not null
);

create table access.seat_forecast (
    site text not null,
    starts_at timestamptz not null,
    needed int not null,
    allowed int,
    primary key (site, starts_at)
);

-- Who got no seat in which plan, in the order in which seats would be given to them.
create table access.seats_left_out (
    plan_id text not null references access.plans on delete cascade,
    place int not null,
    customer_id text not null,
    starts_at timestamptz not null,
    inside boolean not null,
    booked_at timestamptz,
    sentence text not null,
    primary key (plan_id, place)
);
