"""A library of which half is missing."""

raise ImportError("half of it is missing")
