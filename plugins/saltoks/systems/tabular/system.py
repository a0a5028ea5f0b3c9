"""Files and queries as a booking system of this product."""

from __future__ import annotations

from collections.abc import Mapping

from saltoks.core.model.canonical import Extract
from saltoks.systems.protocol import BookingSystem, ReadRequest
from saltoks.systems.tabular import lint, reading
from saltoks.systems.tabular.settings.tables import TablesSource, TabularSource
from saltoks.systems.tabular.text.raw_table import RawTable


def read(source: TablesSource, asked: ReadRequest) -> Extract:
    """The files and queries as they are now; raises ConfigError for a connection of a query that cannot be used."""

    def query(connection: str, statement: str, parameters: Mapping[str, str | int]) -> RawTable:
        found = asked.services.query(connection, statement, parameters)
        return RawTable(where="", header=found.header, rows=list(enumerate(found.rows, start=1)), modified_at=None)

    return reading.read(
        source,
        site_zone=asked.site.timezone,
        base=asked.base,
        query=query,
        now=asked.now,
        last_good=asked.prior.last_good,
    )


TABULAR = BookingSystem(label="files or tables", source=TabularSource, read=read, lint=lint.findings)
