"""The `source` of a site's file, whatever booking system it is of, and what it tells by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationError

from saltoks.core.access.entitlements import VISITORS_ITEM
from saltoks.core.errors import ConfigError
from saltoks.core.model.canonical import BookingStatus
from saltoks.core.model.rules import Rules
from saltoks.settings import installed
from saltoks.settings.frozen import Frozen
from saltoks.settings.problems import BLOCK, choice, explained, refusal

Meanings = Mapping[str, frozenset[BookingStatus]]
"""What each code means, by the first word of a raw status, which is what `status_codes` names."""

MaxShrinkPercent = Annotated[int, Field(ge=0, le=100)]
"""What share of a table may be gone at once, as `core.model.shrinkage` judges it."""

OPENERS: Final = frozenset({"bookings", "memberships", "passes", "visitors"})
"""Tables whose rows open doors."""
_NEVER_BOOKED = ("product:", "pass:", "desk:", "subscription:", VISITORS_ITEM)
"""How the ids of plans, passes and desks begin."""


class Source(Frozen):
    """What a site's file says of its booking system; each system has a model of its own, which is one of these.

    The model of a system narrows `system` to its word, adds the keys that it needs, and overrides what is not so there.
    """

    has_codes: ClassVar[bool] = False
    """Whether `meanings` are all the codes that the system has; else its words come as they may."""
    rows_key: ClassVar[str] = "source"
    """Where in the file stands what the rows come from."""
    why_not_by_name: ClassVar[str | None] = None
    """Why a site cannot say `map_by_name`, with the fix; None where it can."""

    system: str = Field(min_length=1)
    name: str = Field(min_length=1)

    @property
    def opens_by(self) -> frozenset[str]:
        """What the source can hand over of bookings, memberships, passes and visitors."""
        return OPENERS

    def is_offline(self) -> bool:
        """Whether it is read without any network or warehouse, from files alone."""
        return False

    def is_bookable(self, item: str) -> bool:
        """Whether bookings can be of this item, as far as its id tells; plans have no door of their own."""
        return not item.startswith(_NEVER_BOOKED)

    def settled(self, warehouse: str, site_zone: str) -> Self:  # noqa: ARG002 - of no use to most systems
        """The same source with what the site says where it says nothing itself: the connection id, and the zone."""
        return self

    def firm(self, rules: Rules) -> Rules:
        """The rules of a site that does not say which statuses open: those that are firm in this system."""
        return rules

    def meanings(self) -> Meanings:
        """What its codes mean; one that is not in here is one that nobody explained."""
        return {word.value: frozenset({word}) for word in BookingStatus}

    def usual_meaning(self, code: str) -> BookingStatus | None:  # noqa: ARG002 - of no use to most systems
        """What a code means with the vendor, whatever the site makes of it; None where it is not the vendor's own."""
        return None

    def how_to_explain(self, code: str) -> str:
        """What to do about a code that opens doors, and that nobody explained."""
        return f"take '{code}' out, or write booking_statuses instead"

    def status_map_of(self, table: str) -> tuple[str, str]:  # noqa: ARG002 - of no use to most systems
        """Where in the file a status of a table is given its meaning, and what to do there."""
        return "source", "report it: the vendor has a word that is not known here"

    def guests(self) -> tuple[str, ...]:
        """Those who book, and are no customers with an account of their own, in words."""
        return ()

    def never_booked(self, item: str) -> str | None:  # noqa: ARG002 - of no use to most systems
        """What to say of a mapped item of which no booking was ever read; None where that is no wonder."""
        return None


def _of_its_system(value: object) -> Source:
    """The source as the model of its system; what is wrong with it is told with the keys that this model knows."""
    if isinstance(value, Source):
        return value
    if not isinstance(value, dict):
        raise refusal([((), BLOCK)])
    model = _model(value.get("system"))
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise refusal(explained(error, model)) from None


def _model(word: object) -> type[Source]:
    try:
        known = installed.names()
        if word is None:
            raise refusal([((), f"names no system — write system: {', '.join(known)}")])
        if str(word) not in known:
            raise refusal([(("system",), f"'{word}' is not allowed — {choice(str(word), list(known))}")])
        model = installed.system(str(word)).source
        if not issubclass(model, Source):
            raise refusal([(("system",), f"'{word}' has no model of a source — repair the package that brings it")])
        return model
    except ConfigError as error:
        raise refusal([(("system",), error.message)]) from error


AnySource = Annotated[SerializeAsAny[Source], BeforeValidator(_of_its_system)]
"""A source of whatever system is installed."""
