"""From rows, records and a look at Salto to a plan: reads only."""
