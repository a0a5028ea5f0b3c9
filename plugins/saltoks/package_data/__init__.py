"""Where the files lie that the product reads and that are no Python: SQL, presets, mail templates, examples, DAG files.

In a checkout they are its top-level folders `sql/`, `config/` and `dags/`; a wheel brings the same folders inside this
package (`[tool.hatch.build.targets.wheel.sources]` in pyproject.toml). Nothing else knows which of the two it is.

DAG files import this at parse time: the standard library only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

_HERE = Path(__file__).resolve().parent
IS_WHEEL = (_HERE / "sql").is_dir()
ROOT = _HERE if IS_WHEEL else _HERE.parents[2]
"""The folder that holds `sql/`, `config/` and `dags/`."""

PRESETS = ROOT / "config" / "presets"
"""The presets of this version: every site may name one, wherever its configuration lies."""


def sql_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The statements and migrations of this version; `SALTOKS_HOME` names another folder that holds a `sql/`."""
    return Path(environ.get("SALTOKS_HOME") or ROOT) / "sql"


def config_root(environ: Mapping[str, str] = os.environ) -> Path | None:
    """The folder that holds `saltoks.yaml`: `SALTOKS_CONFIG`, or `config/` of a checkout; None where neither is there.

    What a wheel brings is to be copied (`saltoks init`), never to be edited in place, so it is no configuration.
    """
    named = environ.get("SALTOKS_CONFIG")
    if named:
        return Path(named)
    return None if IS_WHEEL else ROOT / "config"
