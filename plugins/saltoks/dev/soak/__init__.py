"""A week of three sites with faults, every minute of every door judged."""
