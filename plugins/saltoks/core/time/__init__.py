"""Instants, wall clocks, windows and weekly hours; half-open, in UTC, resolved in the site's zone."""
