"""The values that everything else speaks of: canonical rows, rules, verdicts."""
