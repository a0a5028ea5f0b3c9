insert into access.group_members (site, name, user_id)
select :site, :name, unnest(cast(:members as text[]))
on conflict do nothing
