insert into access.seat_forecast (site, starts_at, needed, allowed)
select :site, unnest(cast(:starts_at as timestamptz [])), unnest(cast(:needed as int [])), cast(:allowed as int)
