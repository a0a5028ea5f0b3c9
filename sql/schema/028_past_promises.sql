-- What a stay in a group was promised before its promise changed, so that any instant of the past can be answered.
create table access.past_promises (
    membership_id bigint not null references access.memberships on delete cascade,
    until timestamptz not null,
    promised_from timestamptz not null,
    promised_until timestamptz not null,
    reasons text[] not null,
    primary key (membership_id, until)
);
