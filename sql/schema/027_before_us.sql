-- Whom others suspended before our first plan was applied is told apart from whom they suspend later.
alter table access.people
    drop constraint people_suspended_because_check,
    add check (suspended_because in ('no_access', 'no_seat', 'by_hand', 'before_us'));
