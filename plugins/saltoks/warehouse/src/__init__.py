"""Canonical rows of the sources, and the extracts that brought them: the schema `src`."""
