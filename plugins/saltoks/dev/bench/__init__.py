"""Seconds and memory for many rows, beside the budgets."""
