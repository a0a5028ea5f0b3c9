"""Real bookings through the whole access sync, one evening and the next."""
