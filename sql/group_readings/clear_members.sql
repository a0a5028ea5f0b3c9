delete from access.group_members as member
using json_to_recordset(cast(:many as json)) as given (site text, name text, members text[])
where member.site = given.site and member.name = given.name and member.user_id <> all(given.members)
