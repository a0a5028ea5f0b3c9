"""A plan's changes made at Salto, each confirmed, so that a stop at any point loses nothing."""
