"""Who is who: customers, their addresses, and the Salto users that are theirs."""
