"""Questions about locks, IQs and what happened at them (salto-ks §3.6, §4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from pydantic import Field

from saltoks.net.calls import Call
from saltoks.salto.api import SITE, Api
from saltoks.salto.entries import EntryPage, read_entries
from saltoks.salto.models import Answer, Iq, IqActivation, Lock

_IQ = SITE + "/iqs/{iq_id}"


class IqSecret(Answer):
    """What codes of an IQ are made from, with its PIN; shown only before the first activation (salto-ks §3.7)."""

    secret: str = Field(min_length=1, repr=False)


class DeviceCalls(Api):
    """The locks and IQs of a site."""

    def locks(self, site_id: str) -> list[Lock]:
        """Locks with their state as last reported."""
        return self._list(Lock, SITE + "/locks", "list the locks of the site", site_id=site_id)

    def iqs(self, site_id: str) -> list[Iq]:
        """Gateways with their state as last noticed."""
        return self._list(Iq, SITE + "/iqs", "list the IQs of the site", site_id=site_id)

    def activated_iqs(self, site_id: str) -> list[IqActivation]:
        """Gateways that this account has, or has begun to, activate for itself."""
        route = "/v1.2/me/{site_id}/activated_iqs"
        return self._list(IqActivation, route, "list the own activations of IQs", site_id=site_id)

    def first_secret(self, site_id: str, iq_id: str) -> str:
        """What codes are made from; refused once this account has activated the IQ, and nothing brings it back."""
        return self._one(IqSecret, _IQ + "/secret", "read the secret of the IQ", site_id=site_id, iq_id=iq_id).secret

    def mail_iq_pin(self, site_id: str, iq_id: str) -> None:
        """Let Salto mail the IQ PIN to this account, until the activation is confirmed."""
        ids = {"site_id": site_id, "iq_id": iq_id}
        query = {"send_email": "true"}
        self._http.send(Call("GET", _IQ + "/pin", "have the IQ PIN mailed", ids, query=query))

    def check_code(self, site_id: str, iq_id: str, code: str) -> None:
        """Confirm an activation; later, look whether a code is right, with no other effect (salto-ks §3.7)."""
        body = {"otp": code, "delta": "0000"}
        self._code(Call("PUT", _IQ + "/pin", "check a code of the IQ", {"site_id": site_id, "iq_id": iq_id}, body=body))

    def open_lock(self, site_id: str, lock_id: str, code: str | None) -> None:
        """Open a lock from afar; it closes by itself. No code where the IQ asks for none."""
        body = {"locked_state": "unlocked"} | ({"otp": code} if code else {})
        ids = {"site_id": site_id, "lock_id": lock_id}
        self._code(Call("PATCH", SITE + "/locks/{lock_id}/locking", "open the lock", ids, body=body))

    def _code(self, call: Call) -> None:
        """What may have been judged is not sent again: a few wrong codes block all others."""
        self._http.send(replace(call, adds_up=True))

    def entries(self, site_id: str, *, since: datetime) -> Iterator[EntryPage]:
        """Pages of entries, newest first, until one reaches behind `since`; that page comes too, whole.

        Entries arrive late and out of order: ask with an overlap and drop doubles by id (salto-ks §2.8).
        """
        call = Call("GET", "/v1.1/sites/{site_id}/entries", "read the entries of the site", {"site_id": site_id})
        return read_entries(self._http, call, since=since, page_size=self._page_size)
