"""An embedded PostgreSQL: where its binaries are, who runs it, and who may sign in."""
