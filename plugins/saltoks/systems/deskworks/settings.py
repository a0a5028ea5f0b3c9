"""The Deskworks source in a site's file: the folder into which its export is dropped."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, model_validator

from saltoks.systems.tabular.settings.tables import TablesSource

_EXPORT = Path(__file__).with_name("export.yaml")


class DeskworksSource(TablesSource):
    """One center of Deskworks, whose export is six CSV files in a folder; the path starts at the project root.

    Without `tables` the files are those of the agreed export.
    """

    system: Literal["deskworks"]
    folder: str = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _with_tables(cls, written: Any) -> Any:
        if isinstance(written, dict) and "tables" not in written:
            return {**written, "tables": _tables(str(written.get("folder", "")))}
        return written


def _tables(folder: str) -> dict[str, Any]:
    """The tables of the agreed export, with the paths of their files."""
    tables: dict[str, Any] = deepcopy(_export())
    for parts in tables.values():
        for part in parts if isinstance(parts, list) else [parts]:
            part["csv"] = f"{folder.rstrip('/')}/{part['csv']}"
    return tables


@cache
def _export() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_EXPORT.read_text(encoding="utf-8"))
    return found
