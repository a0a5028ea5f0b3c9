"""Booking systems, each translated into the same canonical rows; a source can fail, but it never raises."""
