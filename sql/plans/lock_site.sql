select pg_try_advisory_lock(hashtextextended('saltoks apply ' || :site, 0)) as taken
