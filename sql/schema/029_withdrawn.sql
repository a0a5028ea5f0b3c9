-- Since when nothing in a complete extract gives a reason for a membership that is still there; null while something does.
alter table access.memberships add column withdrawn_at timestamptz;
