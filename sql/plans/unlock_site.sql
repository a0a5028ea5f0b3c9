select pg_advisory_unlock(hashtextextended('saltoks apply ' || :site, 0))
