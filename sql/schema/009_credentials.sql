-- PINs, one row a stay: `turn` counts how often it was asked for (0: the person had one before us). `sealed` is the PIN
-- under Airflow's Fernet key, and gone once the stay is over; what remains is the fact.
create table access.pins (
    pin_id bigint generated always as identity primary key,
    site text not null,
    customer_id text not null,
    stay text not null,
    site_user_id text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    state text not null check (state in ('asked', 'issued', 'delivered')),
    turn int not null,
    sealed bytea,
    asked_at timestamptz,
    issued_at timestamptz,
    delivered_at timestamptz,
    unique (site, customer_id, stay)
);
create index on access.pins (site, ends_at);
create index on access.pins (site, site_user_id);

-- What people did with a PIN by hand: who, when and why.
create table access.pin_acts (
    act_id bigint generated always as identity primary key,
    pin_id bigint not null references access.pins on delete cascade,
    act text not null check (act in ('reissue', 'show')),
    author text not null,
    reason text not null,
    acted_at timestamptz not null
);

-- The outbox: one row a mail, by a key that is sent once. Who it is for and what it says is looked up when it is sent.
create table ops.mails (
    mail_key text primary key,
    pin_id bigint not null references access.pins on delete cascade,
    turn int not null,
    state text not null default 'pending' check (state in ('pending', 'sent', 'failed')),
    attempts int not null default 0,
    reason text,
    made_at timestamptz not null,
    tried_at timestamptz,
    sent_at timestamptz
);
create index on ops.mails (pin_id);
