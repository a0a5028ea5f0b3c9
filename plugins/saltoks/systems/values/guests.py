"""People whom a system knows by an address alone."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

SEVERAL_PEOPLE: Final = (
    "goes with several people, by name and e-mail — give each of them an id of their own, or leave it empty"
)
"""What is wrong with the customer id of somebody who cannot be one person."""


def guest_id(email: str) -> str:
    """The id of a customer of whom only an address is known; the same address gives the same id."""
    return f"guest:{sha256(email.encode()).hexdigest()[:16]}"
