"""The connection pool, sessions, migrations and seals: what every repository stands on, and no table of any noun."""
