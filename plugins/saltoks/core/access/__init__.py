"""From canonical rows to grants: who may open what, when, and for which reasons."""
