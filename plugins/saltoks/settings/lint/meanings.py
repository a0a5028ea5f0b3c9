"""Meanings of statuses that may open where a rule says so, and rarely should."""

from __future__ import annotations

from typing import Final

from saltoks.core.model.canonical import BookingStatus

DOUBTFUL: Final = {
    BookingStatus.TENTATIVE: "a booking that nobody confirmed opens doors",
    BookingStatus.COMPLETED: "a booking that is done opens doors until its end",
    BookingStatus.UNKNOWN: "a booking whose status nobody gave a meaning opens doors",
}
"""What becomes of a booking with such a status."""
