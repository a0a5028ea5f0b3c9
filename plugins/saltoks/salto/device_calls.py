"""Questions about locks, IQs and what happened at them (contract §3.6, §4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from saltoks.salto.api import SITE, Api
from saltoks.salto.models import Entry, Iq, IqActivation, Lock
from saltoks.salto.paging import read_entries
from saltoks.salto.wire import Call


class DeviceCalls(Api):
    """The locks and IQs of a site."""

    def locks(self, site_id: str) -> list[Lock]:
        """Locks with their state as last reported."""
        return self._list(Lock, SITE + "/locks", "list the locks of the site", site_id=site_id)

    def iqs(self, site_id: str) -> list[Iq]:
        """Gateways with their state as last noticed."""
        return self._list(Iq, SITE + "/iqs", "list the IQs of the site", site_id=site_id)

    def activated_iqs(self, site_id: str) -> list[IqActivation]:
        """Gateways that this account has, or has begun to, activate for itself (F25)."""
        route = "/v1.2/me/{site_id}/activated_iqs"
        return self._list(IqActivation, route, "list the own activations of IQs", site_id=site_id)

    def entries(self, site_id: str, *, since: datetime) -> Iterator[list[Entry]]:
        """Pages of entries, newest first, until one reaches behind `since`; that page comes too, whole.

        Entries arrive late and out of order: ask with an overlap and drop doubles by id (contract §2.8).
        """
        call = Call("GET", "/v1.1/sites/{site_id}/entries", "read the entries of the site", {"site_id": site_id})
        return read_entries(self._wire, call, since=since, page_size=self._page_size)
