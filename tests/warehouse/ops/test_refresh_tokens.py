"""Refresh tokens lie in the warehouse, but only whoever has Airflow's key can read them (design §5.8)."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from saltoks.core.errors import FixInput
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.ops.refresh_tokens import SealedTokens

TOKEN = "planted-refresh-token"
OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def sealed(warehouse: Warehouse) -> bytes:
    """What lies in the table."""
    with warehouse.session() as session:
        return bytes(session.connection.execute(text("select sealed from ops.refresh_tokens")).scalar_one())


def test_the_latest_token_of_each_account_comes_back(warehouse: Warehouse) -> None:
    """salto-ks §8.19: servers may replace a refresh token on use."""
    tokens = SealedTokens(warehouse, OLD)
    assert tokens.load("a") is None
    tokens.save("a", "first")
    tokens.save("a", TOKEN)
    tokens.save("b", "other")
    assert (tokens.load("a"), tokens.load("b"), tokens.load("c")) == (TOKEN, "other", None)


def test_the_table_does_not_hold_the_token(warehouse: Warehouse) -> None:
    """Sealed at rest; equal tokens do not look alike either."""
    tokens = SealedTokens(warehouse, OLD)
    tokens.save("a", TOKEN)
    first = sealed(warehouse)
    tokens.save("a", TOKEN)
    assert TOKEN.encode() not in first
    assert first != sealed(warehouse)


def test_another_key_opens_nothing_and_says_what_to_do(warehouse: Warehouse) -> None:
    """The sentence does not hold the token or a key."""
    SealedTokens(warehouse, OLD).save("a", TOKEN)
    with pytest.raises(FixInput) as caught:
        SealedTokens(warehouse, NEW).load("a")
    assert caught.value.message.endswith("put the old key behind the new one")
    assert not any(secret in caught.value.message for secret in (TOKEN, OLD, NEW))


def test_the_old_key_behind_the_new_one_still_opens(warehouse: Warehouse) -> None:
    """Keys are rotated as Airflow rotates them: newest first."""
    SealedTokens(warehouse, OLD).save("a", TOKEN)
    both = SealedTokens(warehouse, f"{NEW}, {OLD}")
    assert both.load("a") == TOKEN
    both.save("a", TOKEN)
    assert SealedTokens(warehouse, NEW).load("a") == TOKEN


@pytest.mark.parametrize("keys", ["", "no-fernet-key"], ids=["none", "not a key"])
def test_without_a_usable_key_nothing_is_kept(warehouse: Warehouse, keys: str) -> None:
    """One sentence with the name of the setting."""
    with pytest.raises(FixInput, match="AIRFLOW__CORE__FERNET_KEY"):
        SealedTokens(warehouse, keys)
