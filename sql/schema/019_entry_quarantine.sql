-- Entries that cannot be read, one row a place, as they came; an entry that comes again and can be read is taken out.
create table audit.quarantine (
    site text not null,
    entry_id text not null,
    place text not null,
    reason text not null,
    raw text not null,
    first_seen timestamptz not null,
    last_seen timestamptz not null,
    primary key (site, entry_id, place)
);

-- Entries are normalised in batches, by id.
create index on audit.entries_raw (site, entry_id) where not normalised;
drop index audit.entries_raw_site_idx;
