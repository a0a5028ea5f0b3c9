-- What answers of Salto taught us of an account: `per_second` turns go out now, `at_most` is what that rises to. `recent`
-- are turns of the last second; who slept while `pauses` grew takes another turn.
alter table ops.rates
    add column per_second double precision,
    add column at_most double precision,
    add column slowed_at timestamptz,
    add column recent timestamptz[] not null default '{}',
    add column pauses int not null default 0;
