"""The only code that talks SQL: statements live in `sql/`, one a file, with named parameters.

One repository a noun, in the room that is named after the schema in which its tables lie.
"""
