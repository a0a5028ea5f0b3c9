-- The locks of mapped groups, by name, as a full run last read them: which doors a change is about.
alter table access.group_schedules add column locks text[] not null default '{}';
