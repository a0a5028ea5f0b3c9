-- Ids, by table, of the rows of a staged extract that say themselves that they are deleted.
alter table src.extracts add column ended jsonb not null default '{}';
