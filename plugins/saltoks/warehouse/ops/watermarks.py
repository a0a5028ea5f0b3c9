"""How far each stream of changes or entries was read: moved forward in the same transaction as what they vouch for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a stream was read: newest instant seen, and when a wide re-read last ended."""

    seen_until: datetime
    swept_at: datetime


def of_stream(session: Session, site: str, stream: str) -> Watermark | None:
    """The watermark of one stream of a site; None before it was read for the first time."""
    row = session.first("watermarks/of_stream", site=site, stream=stream)
    return None if row is None else Watermark(row["seen_until"], row["swept_at"])


def of_site(session: Session, site: str) -> dict[str, datetime]:
    """The newest instant seen of every stream of a site or source, by stream."""
    return {row["stream"]: row["seen_until"] for row in session.rows("watermarks/of_site", site=site)}


def save(session: Session, site: str, stream: str, mark: Watermark) -> None:
    """Moves a watermark forward, never back."""
    session.run("watermarks/save", site=site, stream=stream, seen_until=mark.seen_until, swept_at=mark.swept_at)
