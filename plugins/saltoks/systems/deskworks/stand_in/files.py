"""The files of a delivery: their headers, how they are read again and how they are written (booking-systems §4.3)."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from saltoks.core.errors import FixInput

Line = Mapping[str, str]
"""One row of a file by header."""

FILES: dict[str, tuple[str, ...]] = {
    "centers": ("center_id", "name", "timezone", "salto_site_uid"),
    "members": (
        "member_id",
        "first_name",
        "last_name",
        "email",
        "phone",
        "company_name",
        "primary_member_id",
        "center_id",
        "member_type",
        "status",
    ),
    "products": ("product_id", "name", "product_type", "center_id", "active"),
    "reservation_units": ("unit_id", "name", "center_id", "unit_type", "active"),
    "recurring_billings": (
        "recurring_billing_id",
        "member_id",
        "product_id",
        "status",
        "start_date",
        "end_date",
        "unit_id",
        "center_id",
    ),
    "reservations": (
        "reservation_id",
        "unit_id",
        "member_id",
        "customer_name",
        "email",
        "phone",
        "start",
        "end",
        "status",
        "created_at",
    ),
}
"""Every file of a delivery and its header; the first column is the id."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file holds."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def content(self) -> bytes:
        """The file's bytes: UTF-8, a header row, CSV."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([self.header, *([line[name] for name in self.header] for line in self.lines)])
        return text.getvalue().encode()


def lines_of(folder: Path, name: str) -> dict[str, Line]:
    """The rows of a file by id, none where it is not there; raises FixInput for one that cannot be read."""
    path, header = folder / f"{name}.csv", FILES[name]
    if not path.exists():
        return {}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restval="", strict=True)
            rows, found = list(reader), reader.fieldnames or ()
    except (UnicodeDecodeError, csv.Error) as error:
        raise FixInput(f"{path} is no CSV file in UTF-8: save it as one, or delete it to start anew.") from error
    if lost := [column for column in header if column not in found]:
        columns = ", ".join(lost)
        raise FixInput(f"{path} has no column {columns}: give it a header row with it, or delete it to start anew.")
    lines: list[Line] = [{column: row.get(column) or "" for column in header} for row in rows]
    return {line[header[0]]: line for line in lines}


def save(path: Path, content: bytes, at: datetime) -> None:
    """Replace a file in one step, so that no reader sees half of it; `at` is when it says that it was written."""
    draft = path.with_suffix(f"{path.suffix}.part")
    draft.write_bytes(content)
    os.utime(draft, (at.timestamp(),) * 2)
    draft.replace(path)


def control(sheet: Sheet) -> bytes:
    """The control file of a delivery: how many rows its file has, and the hash of its bytes."""
    return json.dumps({"rows": len(sheet.lines), "sha256": sha256(sheet.content).hexdigest()}).encode()
