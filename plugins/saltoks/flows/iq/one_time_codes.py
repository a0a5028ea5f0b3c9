"""Sends one-time codes to an IQ, one for each act of a person, within a budget (F167).

A code is written down before it is sent, so that a stop in the middle counts as one; nothing is sent again by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from saltoks.core.credentials.one_time_codes import (
    BACK_OFF,
    MOST_WRONG,
    CodeOutcome,
    blocked_until,
    is_used_up,
    one_time_code,
)
from saltoks.core.errors import FixAccess, FixInput, NotPermitted, Refused, SaltoksError, Throttled
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.flows.run.connections import account, connection
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.device import one_time_codes
from saltoks.warehouse.device.one_time_codes import CodeRequest, IqKey
from saltoks.warehouse.engine.sealing import Seal

_CODE = "3102"
"""What Salto says of a code that it refuses; as 403 it means that it takes none for now (salto-ks §3.6)."""

_NOT_CONFIRMED = "pin_not_changed"
"""How Salto calls an activation that is begun and not confirmed: no code was judged."""


@dataclass(frozen=True, slots=True)
class OneTimeCodes:
    """The codes of this account at a site."""

    rt: Runtime
    site: Site
    seal: Seal
    account: str

    @classmethod
    def of(cls, rt: Runtime, site: Site) -> OneTimeCodes:
        """The codes of a site's connection; raises `FixInput` without a Fernet key."""
        return cls(rt, site, rt.seal("secret of an IQ"), _account(site))

    def key(self, iq_id: str | None, iq_name: str) -> IqKey:
        """The key for an IQ, of an activation that was confirmed; raises `FixInput` when there is none."""
        found = next((one for one in iq_keys(self.rt, self.site) if one.iq_id == iq_id and one.pin), None)
        if found is None:
            text = f"the IQ “{iq_name}” is not activated for this connection's account (F25)"
            raise FixInput(f"{text}: `saltoks iq activate --site {self.site.name}`")
        return found

    def keep(self, key: IqKey) -> None:
        """Keeps a key in place of the one before."""
        with self.rt.warehouse.session() as session:
            one_time_codes.save_key(session, self.site.name, key)

    def send(self, key: IqKey, asked: CodeRequest, act: Callable[[str], None]) -> None:
        """Makes the code of this second and lets `act` send it, once.

        Raises `Throttled` while Salto takes no codes, `FixAccess` when the key is known to be wrong; neither sends one.
        """
        self._refuse(key)
        at = self.rt.clock.now()
        code = one_time_code(self.seal.open(key.secret), self.seal.open(key.pin or b""), at)
        KNOWN_SECRETS.learn(code)
        with self.rt.warehouse.session() as session:
            number = one_time_codes.begin(session, self.site.name, key, asked, at)
        outcome = CodeOutcome.DONE
        try:
            act(code)
        except SaltoksError as error:
            outcome = _outcome(error)
            raise
        finally:
            with self.rt.warehouse.session() as session:
                one_time_codes.settle(session, number, outcome)

    def _refuse(self, key: IqKey) -> None:
        now = self.rt.clock.now()
        with self.rt.warehouse.session() as session:
            tries = one_time_codes.attempts(session, self.site.name, key, min(key.kept_at, now - BACK_OFF))
        until = blocked_until(tries, now)
        if until:
            text = f"Salto takes no codes for the IQ “{key.iq_name}” now (F167): try again after {until:%H:%M} UTC"
            raise Throttled(text, retry_after=(until - now).total_seconds())
        if is_used_up(tries, key.kept_at):
            text = f"the last {MOST_WRONG} codes for the IQ “{key.iq_name}” were wrong, so no other is sent (F167, T17)"
            raise FixAccess(f"{text}: {recovery_advice(self.site)}")


def iq_keys(rt: Runtime, site: Site) -> list[IqKey]:
    """What is kept of the IQs of a site for its connection's account: another account's is of no use to it."""
    with rt.warehouse.session() as session:
        return [one for one in one_time_codes.keys(session, site.name) if one.account == _account(site)]


def recovery_advice(site: Site) -> str:
    """What to do once a secret is another: there is no way back by the API (T17)."""
    return (
        "reset this account's activation in Salto KS, then `saltoks iq activate --site "
        f"{site.name}`, and never sign the account in to the Salto app"
    )


def is_wrong(error: SaltoksError) -> bool:
    """Whether Salto judged the code, and found it wrong."""
    return isinstance(error, Refused) and error.code == _CODE


def _outcome(error: SaltoksError) -> CodeOutcome:
    if is_wrong(error):
        return CodeOutcome.WRONG
    blocked = isinstance(error, NotPermitted) and error.code == _CODE and _NOT_CONFIRMED not in error.message
    return CodeOutcome.BLOCKED if blocked else CodeOutcome.FAILED


def _account(site: Site) -> str:
    return account(connection(site.salto.connection), site.salto).key
