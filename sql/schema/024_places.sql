-- Which site at Salto KS what is kept of a site belongs to: that of an account in an environment, and its UUID.
-- `moved_from`: the UUID before, until a run has told that the site is another one now.
alter table ops.sites
    add column account text,
    add column moved_from text,
    add column moved_at timestamptz;

alter table access.group_members
    drop constraint group_members_site_name_fkey,
    add foreign key (site, name) references access.groups on delete cascade on update cascade;

-- Puts everything that is kept of a site under another name: what a site at Salto KS has of its own goes with it.
create function ops.rename_kept(old_name text, new_name text) returns void language plpgsql as $$
declare
    kept record;
begin
    for kept in
        select quote_ident(col.table_schema) || '.' || quote_ident(col.table_name) as name
        from information_schema.columns as col
        inner join information_schema.tables as rel
            on rel.table_schema = col.table_schema and rel.table_name = col.table_name
        where
            col.column_name = 'site'
            and rel.table_type = 'BASE TABLE'
            and (
                col.table_schema in ('access', 'audit', 'device')
                or (col.table_schema = 'ops' and col.table_name in ('owners', 'watermarks'))
            )
            and not (col.table_schema = 'access' and col.table_name = 'group_members')
    loop
        execute 'update ' || kept.name || ' set site = $2 where site = $1' using old_name, new_name;
    end loop;
end
$$;
