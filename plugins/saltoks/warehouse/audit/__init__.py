"""Entries at the doors, and what they say of bookings: the schema `audit`."""
