"""From bytes and texts to values: encodings, CSV, tables, and one cell at a time."""
