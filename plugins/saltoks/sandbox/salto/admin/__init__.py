"""Endpoints under `/_sandbox`, their orders, and a typed client: doors, clock, faults, and a look inside."""
