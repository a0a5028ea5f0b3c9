delete from access.group_members
where site = :site and name = :name and user_id <> all(cast(:members as text[]))
