"""Booking systems, one folder each, translated into the same canonical rows; a system can fail, but never raises."""
