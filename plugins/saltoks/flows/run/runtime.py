"""Everything a flow needs from outside, opened once: settings, warehouse, clock, and a client per site."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from saltoks import package_data
from saltoks.core.errors import ConfigError, FixInput
from saltoks.flows.run import from_airflow
from saltoks.flows.run.clock import Clock, FixedClock, SystemClock
from saltoks.flows.run.connections import account, connection, database_url
from saltoks.salto.client import SaltoKs
from saltoks.settings import Settings, Site, UnreadableSite, load_each
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.sealing import Seal
from saltoks.warehouse.ops import salto_sites
from saltoks.warehouse.ops.rate_limits import SharedPacer
from saltoks.warehouse.ops.refresh_tokens import SealedTokens
from saltoks.warehouse.ops.salto_sites import SaltoSite


@dataclass(frozen=True, slots=True)
class Runtime:
    """What flows work with; `clock` is the only source of "now"."""

    settings: Settings
    warehouse: Warehouse
    clock: Clock

    def site(self, name: str) -> Site:
        """The site of that name; raises `WrongUse` for an unknown one, `ConfigError` if its file cannot be read."""
        return self.settings.site(name)

    def sites(self, names: Sequence[str] | None = None) -> tuple[Site, ...]:
        """All sites whose files can be read, or those of them that are named; raises `WrongUse` for an unknown name."""
        return self.settings.only(names).sites

    def unreadable(self, names: Sequence[str] | None = None) -> tuple[UnreadableSite, ...]:
        """The other sites, each of which is its own failure alone."""
        return self.settings.only(names).unreadable

    @contextmanager
    def salto(self, site: Site) -> Iterator[SaltoKs]:
        """A client for a site's account, on the request budget that all its users share."""
        who = account(connection(site.salto.connection), site.salto)
        self._refuse_set_clock(site, who.is_loopback)
        tokens = SealedTokens(self.warehouse, _fernet_keys()) if who.grant == "refresh_token" else None
        pacer = SharedPacer(self.warehouse, who.key, who.rate_per_second)
        with SaltoKs(who, now=SystemClock().now, pacer=pacer, tokens=tokens, sleep=self.clock.sleep) as client:
            yield client

    def seal(self, what: str = "PIN") -> Seal:
        """What secrets are kept under; raises `FixInput` without a usable Fernet key of Airflow's."""
        return Seal(_fernet_keys(), what)

    def may_write(self, site: Site) -> None:
        """Raises `FixInput` when the clock is set and the site is a real one: its doors live in the real time."""
        self._refuse_set_clock(site, account(connection(site.salto.connection), site.salto).is_loopback)

    def require_known_place(self, site: Site) -> None:
        """The same, and raises `FixInput` where the connection leads elsewhere than what is kept of the site.

        So what was planned at one place is never done at another.
        """
        who = account(connection(site.salto.connection), site.salto)
        self._refuse_set_clock(site, who.is_loopback)
        place = self._last_place(site)
        if place and (place.account not in (None, who.key) or place.site_uid != site.salto.site_uid):
            raise FixInput(
                f"connection {site.salto.connection!r} leads to another environment, account or site than when site "
                f"{site.name} was last looked at: run `saltoks sync --site {site.name}`, which looks there first"
            )

    def site_id(self, site: Site, client: SaltoKs) -> str:
        """The UUID behind a site's UID, looked up once for each account.

        Raises `ConfigError` when the account cannot see it. Where it turns out to be another site at Salto KS than
        before, what is kept of that one is put aside first (`warehouse.ops.salto_sites`).
        """
        place = self._last_place(site)
        if place and place.account == client.account_key and place.site_uid == site.salto.site_uid:
            return place.site_id
        return self.look_up_site_id(site, client)

    def look_up_site_id(self, site: Site, client: SaltoKs) -> str:
        """The same, asked anew."""
        seen = {one.site_uid: one for one in client.sites()}
        found = seen.get(site.salto.site_uid)
        if found is None:
            names = ", ".join(sorted(uid for uid in seen if uid)) or "none"
            raise ConfigError(
                f"config/sites/{site.name}.yaml: salto.site_uid {site.salto.site_uid} is not among the sites that "
                f"connection {site.salto.connection!r} can see ({names}): correct the UID or the environment (F9), or "
                "give the user of this connection the rights of a Site Admin on this site"
            )
        with self.warehouse.session() as session:
            at, uid = self.clock.now(), site.salto.site_uid
            salto_sites.save(session, site.name, uid, found.id, client.account_key, site.timezone, at)
        return found.id

    def move_warning(self, site: Site) -> str | None:
        """What to say of a site that has become another one at Salto KS, until a run has said so; else None."""
        place = self._last_place(site)
        if place is None or place.moved_from is None:
            return None
        aside = salto_sites.archived_name(site.name, place.moved_from)
        return (
            f"{site.salto.site_uid} is another site at Salto KS than before, since connection "
            f"{site.salto.connection!r} leads to another environment or account: its people, groups and doors are "
            f"looked up anew, and what was kept of the one before is put aside as “{aside}”"
        )

    def _last_place(self, site: Site) -> SaltoSite | None:
        with self.warehouse.session() as session:
            return salto_sites.load(session, site.name)

    def _refuse_set_clock(self, site: Site, loopback: bool) -> None:
        if isinstance(self.clock, FixedClock) and not loopback:
            raise FixInput(
                f"--as-of is refused for site {site.name}: its Salto hosts are real, and real doors live in real time"
            )


@contextmanager
def runtime(config: Path | None = None, at: datetime | None = None) -> Iterator[Runtime]:
    """Opens a runtime for a config root (see `config_root`), as of now or of `at`."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses with ids at INFO
    settings = load_each(config or config_root())
    warehouse = Warehouse(database_url(connection(settings.project.warehouse)))
    try:
        yield Runtime(settings, warehouse, FixedClock(at) if at else SystemClock())
    finally:
        warehouse.close()


def _fernet_keys() -> str:
    return os.environ.get("AIRFLOW__CORE__FERNET_KEY") or from_airflow.fernet_keys()


def config_root() -> Path:
    """The folder that holds `saltoks.yaml`; raises `ConfigError` where nothing says which one it is."""
    found = package_data.config_root()
    if found is None:
        raise ConfigError(
            "SALTOKS_CONFIG is not set: let it name the folder with saltoks.yaml (`saltoks init FOLDER` makes one)"
        )
    return found
