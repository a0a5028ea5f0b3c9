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


def save(session: Session, site: str, reading: SeatsRead) -> None:
    """Keeps a reading of the seats."""
    session.run("seats/save", site=site, allowed=reading.seats.allowed, used=reading.seats.used, at=reading.read_at)


def save_forecast(session: Session, site: str, quarters: Sequence[SeatForecast]) -> None:
    """Replaces the forecast of a site."""
    session.run("seats/clear_forecast", site=site)
    session.run(
        "seats/save_forecast",
        site=site,
        starts_at=[quarter.at for quarter in quarters],
        needed=[quarter.needed for quarter in quarters],
        allowed=quarters[0].allowed if quarters else None,
    )


def save_left_out(session: Session, plan_id: str, denials: Iterable[SeatDenial]) -> None:
    """Keeps who got no seat in a plan."""
    values = [
        {
            "plan_id": plan_id,
            "place": denial.place,
            "customer_id": denial.asking.customer_id,
            "starts_at": denial.asking.starts_at,
            "inside": denial.asking.inside,
            "booked_at": denial.asking.booked_at,
            "sentence": denial.sentence,
        }
        for denial in denials
    ]
    session.write_rows("seats/save_left_out", values)


def left_out(session: Session, plan_id: str) -> list[str]:
    """Who got no seat in a plan, each in a sentence, in the order in which seats would be given to them."""
    return [row["sentence"] for row in session.rows("seats/left_out", plan_id=plan_id)]
