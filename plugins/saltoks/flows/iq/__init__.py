"""What needs an activated IQ: its secret, its one-time codes, and opening a door from afar."""
