"""Stands in for an environment in which nobody installed it."""

raise ModuleNotFoundError("No module named 'uvicorn'", name="uvicorn")
