"""i-Reserve as a booking system of this product."""

from __future__ import annotations

from saltoks.core.errors import ConfigError, UnexpectedAnswer
from saltoks.core.model.canonical import Extract
from saltoks.net.address import address_of
from saltoks.net.auth import Basic
from saltoks.net.pace import Pacer
from saltoks.net.rest import Rest
from saltoks.settings import Site
from saltoks.settings.connection import Connection
from saltoks.systems.ireserve import lint, reading
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.settings import Columns, IReserveSource
from saltoks.systems.peek import Peek
from saltoks.systems.protocol import BookingSystem, ReadRequest, failed
from saltoks.systems.values.envelope import response_page

_OBJECT = "object:"


def account_of(found: Connection) -> IReserveAccount:
    """The account that a connection describes; raises ConfigError that names the field that is wrong."""
    found.only(())
    address = address_of(found.name, found.host, found.port, found.schema)
    return IReserveAccount(found.name, address, found.login or "", found.password or "")


def read(source: IReserveSource, asked: ReadRequest) -> Extract:
    """What the tenant says now; a connection that cannot be used is no reason to forget the last good rows."""
    try:
        account = account_of(asked.services.connection(source.connection))
    except ConfigError as error:
        return failed(source.name, error.message)
    return reading.read(
        source,
        account=account,
        pacer=_pacer(source, account, asked),
        sleep=asked.services.sleep,
        now=asked.now,
        full=asked.full,
        known_bookings=asked.prior.bookings,
        known_customers=asked.prior.customers,
        objects=_objects(asked.site),
        last_good=asked.prior.last_good,
    )


def peek(source: IReserveSource, asked: ReadRequest) -> Peek:
    """The first rows of the filter of a tick."""
    account = account_of(asked.services.connection(source.connection))
    pacer = _pacer(source, account, asked)
    return reading.peek(source, account=account, now=asked.now, objects=_objects(asked.site), pacer=pacer)


def test(found: Connection) -> str:
    """Signs in and asks for one reservation of the filter; raises UnexpectedAnswer where that is no list."""
    account, what = account_of(found), "list the reservations"
    with Rest(found.name, account.api, auth=Basic(account.username, account.password), rate_per_second=1) as rest:
        answer = rest.get("booking/filter", {"columns": Columns().id, "start": "0", "length": "1"}, what=what)
    if response_page(answer) is None:
        raise UnexpectedAnswer(f"Could not {what} (connection {found.name!r}): check the base address.")
    return "signed in; reservations can be listed"


def _pacer(source: IReserveSource, account: IReserveAccount, asked: ReadRequest) -> Pacer:
    return asked.services.pacer(account.api, account.username, source.rate_per_second)


def _objects(site: Site) -> frozenset[str]:
    """The ids of the mapped objects, without their prefix."""
    return frozenset(entry.item.removeprefix(_OBJECT) for entry in site.mapping if entry.item.startswith(_OBJECT))


IRESERVE = BookingSystem(
    label="i-Reserve",
    source=IReserveSource,
    read=read,
    peek=peek,
    by_changes=True,
    lint=lint.findings,
    test=test,
    stand_in="saltoks.systems.ireserve.stand_in.command:STAND_IN",
)
