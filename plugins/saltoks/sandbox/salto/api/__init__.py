"""The resources of the Connect API, one module each."""
