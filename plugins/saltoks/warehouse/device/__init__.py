"""Locks and IQs: the schema `device`."""
