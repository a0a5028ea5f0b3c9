"""A faithful Salto KS (identity server and Connect API) on loopback, for the demo and the tests.

Read it from `server.py` (start and stop) over `app.py` (routes) to one module per resource in `api/`; `door.py`
decides what a door does. The rules come from the Connect API contract; its OpenAPI file is in `contract/`.
A further part of the API is a module with its own `OPERATIONS`, named in `app.py`.
"""
