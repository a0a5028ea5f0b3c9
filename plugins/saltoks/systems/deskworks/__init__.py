"""Deskworks: what is its own; its files are read as any others are."""
