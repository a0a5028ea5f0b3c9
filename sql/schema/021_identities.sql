-- What the source said of a person when they were matched last: a row that suddenly tells of somebody else is told, and
-- the account stays with whom it was made for. Null until the next run.
alter table access.people
add column told_name text,
add column told_email text;
