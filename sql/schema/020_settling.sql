-- Since when a slot is as it is, and a membership is shown: doors hear of either minutes later. Null: long ago.
alter table access.slots add column changed_at timestamptz;
alter table access.memberships add column shown_at timestamptz;
