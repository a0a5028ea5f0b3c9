"""Whom the source signs in as."""

from __future__ import annotations

from dataclasses import dataclass, field

API = "/api/rest"


@dataclass(frozen=True, slots=True)
class IReserveAccount:
    """A back-office user of one tenant; `base_url` is its host, with or without `/api/rest`."""

    name: str
    base_url: str
    username: str
    password: str = field(repr=False)

    @property
    def api(self) -> str:
        """The address of the REST API."""
        base = self.base_url.strip().rstrip("/")
        return base if base.endswith(API) else base + API
