"""The tabular source in a site's file: tables, their columns, formats of times, and who keeps them."""
