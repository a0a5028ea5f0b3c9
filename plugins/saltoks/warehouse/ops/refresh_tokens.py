"""The latest refresh token of each account, sealed with Airflow's Fernet key (salto-ks §8.19, design §5.8)."""

from __future__ import annotations

from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.sealing import Seal


class SealedTokens:
    """A token store in the warehouse; `fernet_keys` is the text of `[core] fernet_key`, newest key first."""

    def __init__(self, warehouse: Warehouse, fernet_keys: str) -> None:
        self._warehouse = warehouse
        self._seal = Seal(fernet_keys, "refresh token")

    def load(self, account_key: str) -> str | None:
        """The token that was kept last, or None."""
        with self._warehouse.session() as session:
            row = session.first("refresh_tokens/load", account=account_key)
        return None if row is None else self._seal.open(bytes(row["sealed"]))

    def save(self, account_key: str, refresh_token: str) -> None:
        """Keeps a token in place of the one before."""
        sealed = self._seal.close(refresh_token)
        with self._warehouse.session() as session:
            session.run("refresh_tokens/save", account=account_key, sealed=sealed)
