"""Stand-ins on loopback for the demo and the tests: Salto KS, and what the stand-ins of booking systems share."""
