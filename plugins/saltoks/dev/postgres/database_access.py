"""Passwords and owners of the embedded server's databases, in one file that only its user can read."""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from saltoks.dev.stack.private_files import write_private

SUPERUSER = "postgres"


class DatabaseAccess(BaseModel):
    """Who may sign in to the embedded server, and which role owns which database."""

    model_config = ConfigDict(frozen=True)

    passwords: dict[str, str]
    owners: dict[str, str]

    @classmethod
    def load(cls, path: Path) -> DatabaseAccess:
        """What `path` holds; a new superuser password when there is no such file yet."""
        if path.exists():
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        fresh = cls(passwords={SUPERUSER: secrets.token_urlsafe(24)}, owners={})
        fresh.save(path)
        return fresh

    def save(self, path: Path) -> None:
        """Keep it in `path`, mode 0600."""
        write_private(path, self.model_dump_json(indent=2))

    def with_database(self, name: str, owner: str) -> DatabaseAccess:
        """The same with `name` owned by `owner`, who gets a password if he has none."""
        password = self.passwords.get(owner) or secrets.token_urlsafe(24)
        return DatabaseAccess(passwords={**self.passwords, owner: password}, owners={**self.owners, name: owner})

    def role_of(self, database: str) -> str:
        """Who signs in to `database`: its owner, or the superuser where no owner is known."""
        return self.owners.get(database, SUPERUSER)
