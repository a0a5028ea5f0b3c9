"""From grants and what Salto shows to changes, with their limits, order and explanations."""
