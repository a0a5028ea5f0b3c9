"""What `--json` prints: instants as RFC 3339 in UTC, an open end as null, words and numbers as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum

from saltoks.core.plan.plan import Plan
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.core.time.windows import ALWAYS, FOREVER


def put(body: object) -> None:
    """Prints values as JSON; raises `TypeError` for one that JSON has no word for."""
    print(KNOWN_SECRETS.scrubbed(json.dumps(plain(body), indent=2, ensure_ascii=False)))


def plain(value: object) -> object:
    """A value as JSON can say it: dataclasses as objects with the names of their fields.

    A field whose documented name is another one says so as `json` in its metadata.
    """
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, Set):
        return sorted(str(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if is_dataclass(value):
        return {one.metadata.get("json", one.name): plain(getattr(value, one.name)) for one in fields(value)}
    raise TypeError(f"{type(value).__name__} has no shape in JSON")


def plan_body(plan: Plan) -> dict[str, object]:
    """A plan: what it is made of, and each change with its window."""
    body: dict[str, object] = json.loads(plan.as_json())
    changes = [plain(one) for one in plan.changes]
    return body | {"at": plain(plan.at), "changes": changes}


def _instant(at: datetime) -> str | None:
    if at in (ALWAYS, FOREVER):
        return None
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at.tzinfo else at.isoformat()
