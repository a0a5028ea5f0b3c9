-- Which installation this warehouse is: made at first use, so that every warehouse has one of its own.
create table ops.installation (
    only_one boolean primary key default true check (only_one),
    installation_id text not null,
    made_at timestamptz not null
);

-- Whose marker each site has. `asked_at`: ours was asked for; `made_at`: it was seen there; `foreign_id`: another
-- installation's, which keeps us from writing.
create table ops.owners (
    site text primary key,
    asked_at timestamptz,
    made_at timestamptz,
    foreign_id text,
    foreign_since timestamptz
);

-- Every time a person made a site ours: who, why, and from whom.
create table ops.owner_acts (
    act_id bigint generated always as identity primary key,
    site text not null,
    taken_from text not null,
    author text not null,
    reason text not null,
    acted_at timestamptz not null
);
