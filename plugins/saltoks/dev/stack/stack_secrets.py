"""The secrets of one local stack: made once, kept in one file that only its user can read."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from pydantic import BaseModel, ConfigDict

from saltoks.dev.stack.private_files import write_private

ADMIN = "admin"


class StackSecrets(BaseModel):
    """What signs and encrypts inside this stack's Airflow, and its one sign-in."""

    model_config = ConfigDict(frozen=True)

    fernet_key: str
    jwt_secret: str
    api_secret_key: str
    admin_user: str
    admin_password: str

    @classmethod
    def load(cls, path: Path) -> StackSecrets:
        """What `path` holds; fresh ones when there is no such file yet."""
        if path.exists():
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        fresh = cls(
            fernet_key=Fernet.generate_key().decode(),
            jwt_secret=secrets.token_urlsafe(64),
            api_secret_key=secrets.token_urlsafe(32),
            admin_user=ADMIN,
            admin_password=secrets.token_urlsafe(12),
        )
        write_private(path, fresh.model_dump_json(indent=2))
        return fresh

    def secret_values(self) -> tuple[str, ...]:
        """Every value that must not be shown."""
        return (self.fernet_key, self.jwt_secret, self.api_secret_key, self.admin_password)

    def write_sign_ins(self, path: Path) -> None:
        """Write the file that Airflow's simple sign-in reads: user and password."""
        write_private(path, json.dumps({self.admin_user: self.admin_password}))
