"""What every flow stands on: runtime, clock, connections, steps, and the states of changes."""
