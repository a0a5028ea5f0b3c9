"""The world that a sandbox starts from: users, switches of behaviour, and records in the vendor's own words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from saltoks.sandbox.worlds import loaded
from saltoks.systems.nexudus.stand_in.shapes import SHAPES

WORLDS = Path(__file__).parent / "worlds"
Value = str | int | float | bool | list[int] | None
Values = dict[str, Value]


class Spec(BaseModel):
    """Base of all parts of a world: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class User(Spec):
    """An admin user; `roles` are words such as `Booking-List`, None for one who may do everything."""

    username: str
    password: str
    totp_secret: str | None = None
    roles: list[str] | None = None


class Options(Spec):
    """Switches for what differs between accounts, or what the vendor does not tell.

    `per_second` is the throttle. `original_id` is what a cancelled booking says it was. `totals` False leaves out how
    many records a list has. `batches` is how records asked for by many ids come: a bare array of partial records, as
    the vendor documents, or like any list. `bare` makes a bare array of every list.
    """

    per_second: int | None = None
    retry_after: float = 1
    token_seconds: float = 604799
    page_size: int = Field(default=25, ge=1)
    original_id: Literal["number", "guid"] = "number"
    totals: bool = True
    batches: Literal["array", "envelope"] = "array"
    bare: bool = False


class NexudusWorld(Spec):
    """A whole account; `records` by list, such as `spaces/bookings`, with at least their `Id`.

    `zones` are the true IANA zones of the locations by id: the sandbox makes wall clocks with them, whatever the
    Windows zone of the location says. `at` is the time at the start, the present when left out.
    """

    users: list[User]
    options: Options = Options()
    at: datetime | None = None
    zones: dict[int, str] = {}
    records: dict[str, list[Values]] = {}

    @field_validator("records")
    @classmethod
    def _known(cls, records: dict[str, list[Values]]) -> dict[str, list[Values]]:
        for path, rows in records.items():
            if path not in SHAPES:
                raise ValueError(f"{path} is no list of the sandbox")
            if not all(isinstance(row.get("Id"), int) for row in rows):
                raise ValueError(f"a record of {path} has no Id")
        return records


def load_world(source: NexudusWorld | Path | str) -> NexudusWorld:
    """A world as given, from a YAML file, or one of the shipped worlds by name."""
    return loaded(NexudusWorld, source, WORLDS)
