"""The latest refresh token of each account, sealed with Airflow's Fernet key (contract §8 row 19, design §5.8)."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from saltoks.core.errors import FixInput
from saltoks.warehouse.database import Warehouse


class SealedTokens:
    """A token store in the warehouse; `fernet_keys` is the text of `[core] fernet_key`, newest key first."""

    def __init__(self, warehouse: Warehouse, fernet_keys: str) -> None:
        self._warehouse = warehouse
        if not fernet_keys:
            raise FixInput("a refresh token can only be kept sealed: set AIRFLOW__CORE__FERNET_KEY")
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in fernet_keys.split(",")])
        except ValueError as error:
            raise FixInput("AIRFLOW__CORE__FERNET_KEY holds no Fernet key: make one as Airflow documents") from error

    def load(self, account_key: str) -> str | None:
        """The token that was kept last, or None."""
        with self._warehouse.session() as session:
            row = session.first("ops/refresh_token", account=account_key)
        if row is None:
            return None
        try:
            return self._fernet.decrypt(bytes(row["sealed"])).decode()
        except InvalidToken as error:
            raise FixInput(
                "the stored refresh token was sealed with another Fernet key: put the old key behind the new one"
            ) from error

    def save(self, account_key: str, refresh_token: str) -> None:
        """Keeps a token in place of the one before."""
        sealed = self._fernet.encrypt(refresh_token.encode())
        with self._warehouse.session() as session:
            session.run("ops/save_refresh_token", account=account_key, sealed=sealed)
