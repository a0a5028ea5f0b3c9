"""What the terminal prints: tables for people, JSON for scripts."""
