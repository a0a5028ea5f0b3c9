-- A check-out shortens a booking; a debt ends access once its grace is over.
alter table src.bookings add column checked_out_at timestamptz;
alter table src.customers add column owes_since timestamptz;

-- In how many complete extracts in a row a row was missing: it is gone when the rule `missing_runs` says so.
alter table src.locations add column missed int not null default 0;
alter table src.customers add column missed int not null default 0;
alter table src.items add column missed int not null default 0;
alter table src.bookings add column missed int not null default 0;
alter table src.memberships add column missed int not null default 0;
alter table src.passes add column missed int not null default 0;
alter table src.assignments add column missed int not null default 0;
alter table src.visitors add column missed int not null default 0;
alter table src.customer_links add column missed int not null default 0;

-- Items that open the access group of their own name (`map_by_name`); once `ended_at` is set they do no more, but the
-- group stays one that is looked after, so that whoever is left in it is taken out.
create table access.named_items (
    site text not null,
    item_id text not null,
    group_name text not null,
    named_at timestamptz not null,
    ended_at timestamptz,
    primary key (site, item_id, group_name)
);
