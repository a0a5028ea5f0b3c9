"""A site's own queries on its own tables: parameters, rows as PostgreSQL writes them, and why there were none."""
