"""What texts of booking systems mean, one value at a time: cells, times, durations, and lists in answers."""
