"""The Kiln source in a site's file."""

from typing import Literal

from pydantic import Field

from saltoks.settings import Source


class KilnSource(Source):
    """The file of a studio; its path starts at the project root."""

    system: Literal["kiln"]
    file: str = Field(min_length=1)

    @property
    def opens_by(self) -> frozenset[str]:
        """Bookings alone: Kiln has no plans and no visitors."""
        return frozenset({"bookings"})
