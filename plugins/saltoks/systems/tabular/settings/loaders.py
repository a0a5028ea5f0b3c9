"""How a table's rows came into the warehouse, and when they are too old to be believed (booking-systems §6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from saltoks.core.model.shrinkage import MAX_PERCENT
from saltoks.settings.frozen import Frozen
from saltoks.settings.problems import Loc, refuse
from saltoks.settings.source import MaxShrinkPercent

LoaderKind = Literal["fivetran", "airbyte", "dlt", "own"]
HOUR = 60
QUICK_TABLES = frozenset({"bookings", "visitors"})
"""Tables that decide about the next hour; the others are catalogs."""


class Guards(Frozen):
    """When a snapshot is too old or too small to be the whole truth.

    `min_rows: 0` says that a table may really be empty; without it, a header alone is a failed read. The guards
    of a source hold for each file or query of its tables by itself; one of these may override them key by key.
    """

    max_age_minutes: int | None = Field(default=None, ge=1)
    max_shrink_percent: MaxShrinkPercent = MAX_PERCENT
    min_rows: int = Field(default=1, ge=0)


class Loader(Frozen):
    """Who keeps a table, and so which columns beside the data tell what is deleted and how old it is.

    ::

        kind      rows that count                                 age
        fivetran  _fivetran_deleted false; _fivetran_active true  newest _fivetran_synced
        airbyte   all                                             newest _airbyte_extracted_at
        dlt       whose _dlt_load_id is a finished load           newest inserted_at of the finished loads
        own       whose `deleted_column` is empty or false        newest `updated_column`

    `loads` is a SQL file that gives `load_id`, `status` and `inserted_at` of `_dlt_loads`, on the table's connection.
    """

    kind: LoaderKind
    loads: str | None = Field(default=None, min_length=1)
    deleted_column: str | None = Field(default=None, min_length=1)
    updated_column: str | None = Field(default=None, min_length=1)

    @property
    def tells_age(self) -> bool:
        """Whether rows say when they were loaded."""
        return self.kind != "own" or self.updated_column is not None

    @model_validator(mode="after")
    def _keys_of_its_kind(self) -> Self:
        refuse(self._findings())
        return self

    def _findings(self) -> Iterator[tuple[Loc, str]]:
        if self.kind == "dlt" and self.loads is None:
            yield (), "needs loads, a SQL file that gives load_id, status and inserted_at of _dlt_loads — add it"
        if self.kind != "dlt" and self.loads is not None:
            yield ("loads",), f"belongs to dlt, and this is {self.kind} — take it out"
        columns = (("deleted_column", self.deleted_column), ("updated_column", self.updated_column))
        for key, name in columns if self.kind != "own" else ():
            if name is not None:
                yield (key,), f"belongs to own: {self.kind} has columns of its own — take it out"
        if self.kind == "own" and not (self.deleted_column or self.updated_column):
            yield (), "needs deleted_column or updated_column, else it says nothing — add one of them"


def _by_kind(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


AnyLoader = Annotated[Loader, BeforeValidator(_by_kind)]


def guards_for(table: str, loader: Loader | None, general: Guards, own: Guards | None) -> Guards:
    """The guards of one file or query: its own, else the source's, else the usual age where a loader tells one.

    That is an hour for bookings and visitors, 36 hours for the other tables.
    """
    usual = {} if loader is None or not loader.tells_age else {"max_age_minutes": usual_age(table)}
    written = {name: getattr(guards, name) for guards in (general, own) if guards for name in guards.model_fields_set}
    return Guards.model_validate(usual | written)


def usual_age(table: str) -> int:
    """After how many minutes a loaded table is too old, where the site says nothing."""
    return HOUR if table in QUICK_TABLES else 36 * HOUR
