"""Worlds to begin with: given, from a YAML file, or shipped with the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel

W = TypeVar("W", bound=BaseModel)


def loaded(model: type[W], source: W | Path | str, shipped: Path) -> W:
    """A world as given, from a YAML file, or by its name among those in the folder `shipped`."""
    if isinstance(source, model):
        return source
    named = shipped / f"{source}.yaml"
    path = named if isinstance(source, str) and named.exists() else Path(str(source))
    return model.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
