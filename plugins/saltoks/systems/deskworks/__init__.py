"""Deskworks, which has no API and hands over files (contract booking-systems §4): read as any others are.

`system` is what the product knows of it, `export.yaml` the agreed export, and `stand_in` writes one.
"""
