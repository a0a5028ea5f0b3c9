-- Names that only we could read give way to those of the field. Rows, keys and numbering stay; views follow by themselves.
alter table access.memberships rename to group_memberships;
alter table access.past_promises rename to group_membership_promises;
alter table access.named_items rename to name_mapped_items;
alter table access.pin_acts rename to pin_actions;
alter table device.look_backs rename to lock_history_limits;
alter table device.codes rename to one_time_codes;
alter table ops.mails rename to mail_outbox;
alter table ops.rates rename to rate_limits;
alter table ops.said rename to run_messages;
alter table ops.owner_acts rename to owner_takeovers;

alter table access.people rename column told_name to source_name;
alter table access.people rename column told_email to source_email;
alter table access.people rename column elsewhere to has_other_access;
alter table access.people rename column loses to would_lose;
alter table access.people rename column looked_at to other_access_read_at;
alter table access.pin_actions rename column act_id to action_id;
alter table access.pin_actions rename column act to action;
alter table device.one_time_codes rename column what to purpose;
alter table ops.owner_takeovers rename column act_id to takeover_id;
alter table ops.owner_takeovers rename column acted_at to taken_at;
alter table ops.run_messages rename column said_at to reported_at;
alter table ops.warnings rename column about to fingerprint;

alter function ops.rename_kept (text, text) rename to rename_site;

-- Keys, indexes and numberings are named after their table and column, and have to be renamed on their own.
do $$
declare
    renamed record;
    part record;
begin
    for renamed in
        select *
        from (
            values
            ('access', 'group_memberships', '^memberships_', 'group_memberships_'),
            ('access', 'group_membership_promises', '^past_promises_', 'group_membership_promises_'),
            ('access', 'name_mapped_items', '^named_items_', 'name_mapped_items_'),
            ('access', 'pin_actions', '^pin_acts_', 'pin_actions_'),
            ('device', 'lock_history_limits', '^look_backs_', 'lock_history_limits_'),
            ('device', 'one_time_codes', '^codes_', 'one_time_codes_'),
            ('ops', 'mail_outbox', '^mails_', 'mail_outbox_'),
            ('ops', 'rate_limits', '^rates_', 'rate_limits_'),
            ('ops', 'run_messages', '^said_', 'run_messages_'),
            ('ops', 'owner_takeovers', '^owner_acts_', 'owner_takeovers_'),
            ('access', 'people', '_loses_', '_would_lose_'),
            ('access', 'pin_actions', '_act_id_', '_action_id_'),
            ('access', 'pin_actions', '_act_', '_action_'),
            ('device', 'one_time_codes', '_what_', '_purpose_'),
            ('ops', 'owner_takeovers', '_act_id_', '_takeover_id_'),
            ('ops', 'owner_takeovers', '_acted_at_', '_taken_at_'),
            ('ops', 'run_messages', '_said_at_', '_reported_at_'),
            ('ops', 'warnings', '_about_', '_fingerprint_')
        ) as names (schema_name, table_name, old_part, new_part)
    loop
        for part in
            with parts as (
                select 'constraint' as kind, 'table ' || con.conrelid::regclass as place, con.conname as name
                from pg_constraint as con
                where con.conrelid = (renamed.schema_name || '.' || renamed.table_name)::regclass
                union all
                select 'index', 'index ' || ind.indexrelid::regclass, rel.relname
                from pg_index as ind
                inner join pg_class as rel on rel.oid = ind.indexrelid
                where
                    ind.indrelid = (renamed.schema_name || '.' || renamed.table_name)::regclass
                    and not exists (
                        select 1 from pg_constraint as con where con.conindid = ind.indexrelid and con.contype <> 'f'
                    )
                union all
                select 'sequence', 'sequence ' || rel.oid::regclass, rel.relname
                from pg_depend as dep
                inner join pg_class as rel on rel.oid = dep.objid and rel.relkind = 'S'
                where
                    dep.refobjid = (renamed.schema_name || '.' || renamed.table_name)::regclass
                    and dep.deptype = 'i'
            )

            select kind, place, name, regexp_replace(name, renamed.old_part, renamed.new_part) as new_name
            from parts
            where name ~ renamed.old_part
        loop
            execute
                'alter ' || part.place || ' rename '
                || case part.kind when 'constraint' then 'constraint ' || quote_ident(part.name) || ' ' else '' end
                || 'to ' || quote_ident(part.new_name);
        end loop;
    end loop;
end
$$;
