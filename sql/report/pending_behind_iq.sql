-- Changes that Salto KS took since it is sure that an IQ was there: its locks hear of them when it is back (T23). Some of
-- the half hour before `last_online` may have arrived; nobody can tell which.
create or replace view report.pending_behind_iq as
select
    door.site,
    door.iq_name,
    door.iq_last_online as last_online,
    door.lock_name,
    change.group_name,
    change.kind,
    change.customer_id,
    change.settled_at,
    change.sentence
from device.doors as door
inner join access.plans as plan on plan.site = door.site
inner join access.changes as change on change.plan_id = plan.plan_id and change.group_name = door.group_name
where
    door.iq_name is not null
    and door.iq_online is not true
    and change.state = 'confirmed'
    and change.settled_at > door.iq_sure_until
