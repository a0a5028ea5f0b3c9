"""The seats of a site: the last reading, the forecast, and who got none in which plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.plan.seat_restore import SeatDenial
from saltoks.core.plan.seats import SeatForecast, Seats
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class SeatsRead:
    """The seats of a site as Salto told them at a moment."""

    seats: Seats
    read_at: datetime


def load(session: Session, site: str) -> SeatsRead | None:
    """The seats of a site as they were last read, if ever."""
    row = session.first("seats/load", site=site)
    return None if row is None else SeatsRead(Seats(row["allowed"], row["used"]), row["read_at"])


def save(session: Session, site: str, found: SeatsRead) -> None:
    """Keeps a reading of the seats."""
    session.run("seats/save", site=site, allowed=found.seats.allowed, used=found.seats.used, at=found.read_at)


def save_forecast(session: Session, site: str, found: Sequence[SeatForecast]) -> None:
    """Replaces the forecast of a site."""
    session.run("seats/clear_forecast", site=site)
    session.run(
        "seats/save_forecast",
        site=site,
        starts_at=[one.at for one in found],
        needed=[one.needed for one in found],
        allowed=found[0].allowed if found else None,
    )


def save_left_out(session: Session, plan_id: str, found: Iterable[SeatDenial]) -> None:
    """Keeps who got no seat in a plan."""
    values = [
        {
            "plan_id": plan_id,
            "place": one.place,
            "customer_id": one.asking.customer_id,
            "starts_at": one.asking.starts_at,
            "inside": one.asking.inside,
            "booked_at": one.asking.booked_at,
            "sentence": one.sentence,
        }
        for one in found
    ]
    session.write_rows("seats/save_left_out", values)


def left_out(session: Session, plan_id: str) -> list[str]:
    """Who got no seat in a plan, each in a sentence, in the order in which seats would be given to them."""
    return [row["sentence"] for row in session.rows("seats/left_out", plan_id=plan_id)]
