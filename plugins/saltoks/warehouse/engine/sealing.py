"""Seals secrets with Airflow's Fernet keys before they lie in a table (design §5.8)."""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from saltoks.core.errors import FixInput
from saltoks.core.secrecy import KNOWN_SECRETS


class Seal:
    """Closes with the newest key and opens with any; `fernet_keys` is the text of `[core] fernet_key`, newest first.

    `secret_name` names the secret in errors. Raises `FixInput` when there is no usable key.
    """

    def __init__(self, fernet_keys: str, secret_name: str) -> None:
        self._secret_name = secret_name
        KNOWN_SECRETS.learn(*fernet_keys.split(","))
        if not fernet_keys:
            raise FixInput(f"a {secret_name} can only be kept sealed: set AIRFLOW__CORE__FERNET_KEY")
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in fernet_keys.split(",")])
        except ValueError as error:
            raise FixInput("AIRFLOW__CORE__FERNET_KEY holds no Fernet key: make one as Airflow documents") from error

    def close(self, secret: str) -> bytes:
        """The secret, sealed."""
        KNOWN_SECRETS.learn(secret)
        return self._fernet.encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """The secret behind a seal; raises `FixInput` when none of the keys opens it."""
        try:
            secret = self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            text = (
                f"the stored {self._secret_name} was sealed with another Fernet key: put the old key behind the new one"
            )
            raise FixInput(text) from error
        KNOWN_SECRETS.learn(secret)
        return secret
