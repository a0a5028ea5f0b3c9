"""Kiln, a booking system for pottery studios that writes all it knows into one JSON file."""
