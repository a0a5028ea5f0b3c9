"""A sandbox Salto KS for the hotels of a bookings file: one group and one lock a room type, room for everybody."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from saltoks.core.errors import ConfigError
from saltoks.sandbox.salto.world import (
    AccountSite,
    AccountSpec,
    ClientSpec,
    GroupSpec,
    IqSpec,
    LockSpec,
    Options,
    SiteSpec,
    World,
)
from saltoks.settings import Settings, Site
from saltoks.systems.tabular.settings.tables import TabularSource

CONNECTION = "AIRFLOW_CONN_SALTO_HOTELS"
_CLIENT = ClientSpec(client_id="saltoks-hotels", client_secret="hotels-secret")  # noqa: S106 - of a sandbox on loopback
_USER, _PASSWORD = "pipeline@hotels.example", "hotels-password"


def hotel_of(site: Site) -> str:
    """The hotel of a site, as the bookings file names it."""
    bookings = site.source.tables.get("bookings") if isinstance(site.source, TabularSource) else None
    name = bookings[0].parameters.get("hotel") if bookings else None
    if name is None:
        raise ConfigError(f"sites/{site.name}.yaml: source.tables.bookings.parameters names no hotel: add `hotel`")
    return str(name)


def world(settings: Settings, room_types: Mapping[str, tuple[str, ...]]) -> World:
    """A Salto KS without delays, lags, limits of rate or of seats: the replay measures us, not a waiting room."""
    sites = [_site(site, room_types.get(hotel_of(site), ())) for site in settings.sites]
    places = [AccountSite(site_uid=site.salto.site_uid) for site in settings.sites]
    return World(
        clients=[_CLIENT],
        accounts=[AccountSpec(username=_USER, password=_PASSWORD, sites=places)],
        options=Options(
            rate_per_second=None, guest_settling_seconds=(0, 0), entry_lag_seconds=(0, 0), empty_page_share=0
        ),
        sites=sites,
    )


@contextmanager
def connected(url: str) -> Iterator[None]:
    """The Airflow Connection to a sandbox at `url`, in the environment of this process for as long as it lasts."""
    before = os.environ.get(CONNECTION)
    os.environ[CONNECTION] = json.dumps(_connection(url))
    try:
        yield
    finally:
        if before is None:
            del os.environ[CONNECTION]
        else:
            os.environ[CONNECTION] = before


def _site(site: Site, room_types: tuple[str, ...]) -> SiteSpec:
    names = [f"Room type {kind}" for kind in room_types]
    return SiteSpec(
        site_uid=site.salto.site_uid,
        customer_reference=hotel_of(site),
        time_zone=site.timezone,
        country_code="PT",
        seats=None,
        iqs=[IqSpec(customer_reference="Reception IQ")],
        locks=[LockSpec(customer_reference=f"{name} door") for name in names],
        groups=[GroupSpec(customer_reference=name, locks=[f"{name} door"], schedule="always") for name in names],
    )


def _connection(url: str) -> dict[str, object]:
    login = {"grant": "password", "username": _USER, "user_password": _PASSWORD}
    return {
        "conn_type": "salto_ks",
        "login": _CLIENT.client_id,
        "password": _CLIENT.client_secret,
        "extra": {"environment": "custom", "api_url": url, "identity_url": url} | login,
    }
