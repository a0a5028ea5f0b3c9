-- How often the PIN of a stay was asked for; 0: the person had one before us.
alter table access.pins rename column turn to request_number;
alter table ops.mail_outbox rename column turn to request_number;

-- Newer servers keep a constraint with a name of its own for each column that is never null.
do $$
declare
    part record;
begin
    for part in
        select conrelid::regclass as place, conname as name, replace(conname, '_turn_', '_request_number_') as new_name
        from pg_constraint
        where
            conrelid in ('access.pins'::regclass, 'ops.mail_outbox'::regclass)
            and strpos(conname, '_turn_') > 0
    loop
        execute
            'alter table ' || part.place || ' rename constraint '
            || quote_ident(part.name) || ' to ' || quote_ident(part.new_name);
    end loop;
end
$$;
