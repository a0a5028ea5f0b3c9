"""The current state of a site: rows of its source, records of the warehouse, and what Salto KS shows; reads only."""
