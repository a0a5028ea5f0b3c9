"""Runs and what they share: the schema `ops`."""
