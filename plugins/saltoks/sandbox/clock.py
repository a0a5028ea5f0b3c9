"""The sandbox's clock: real time until a test sets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pydantic import BaseModel


class ClockState(BaseModel):
    """What the clock must remember over a restart."""

    offset_seconds: float = 0.0
    frozen_at: datetime | None = None


class VirtualClock:
    """Real time plus an offset, or one frozen instant; everything but the rate limit goes by it."""

    def __init__(self, state: ClockState) -> None:
        self._state = state

    @property
    def frozen(self) -> bool:
        """Whether time stands still between `set` and `advance`."""
        return self._state.frozen_at is not None

    def now(self) -> datetime:
        """The sandbox's present instant, in UTC."""
        if self._state.frozen_at is not None:
            return self._state.frozen_at
        return datetime.now(UTC) + timedelta(seconds=self._state.offset_seconds)

    def set(self, at: datetime, *, frozen: bool) -> None:
        """Jump to an instant; it stands still when `frozen`, else it runs on in real pace."""
        instant = at.astimezone(UTC)
        self._state.frozen_at = instant if frozen else None
        self._state.offset_seconds = (instant - datetime.now(UTC)).total_seconds()

    def advance(self, seconds: float) -> None:
        """Move by so many seconds, frozen or not."""
        if self._state.frozen_at is not None:
            self._state.frozen_at += timedelta(seconds=seconds)
        self._state.offset_seconds += seconds

    def real(self) -> None:
        """Back to real time."""
        self._state.frozen_at = None
        self._state.offset_seconds = 0.0


def instant(at: datetime) -> str:
    """An instant as the API writes it: UTC, whole seconds, `Z`."""
    return _utc(at, "seconds")


def instant_ms(at: datetime) -> str:
    """An instant with milliseconds, as some fields have it."""
    return _utc(at, "milliseconds")


def _utc(at: datetime, spec: str) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=spec) + "Z"
