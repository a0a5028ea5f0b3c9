delete from access.seat_forecast where site = :site
