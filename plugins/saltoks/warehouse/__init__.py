"""The only code that talks SQL: statements live in `sql/`, one a file, with named parameters."""
