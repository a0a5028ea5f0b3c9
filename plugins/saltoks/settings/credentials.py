"""What people open doors with at a site: the block `credentials`, and the templates that its mails are made from.

::

    switch        what it maps to at Salto KS
    mobile        a site user is made with their e-mail, so Salto mails the invitation to the app;
                  off: without it, so nobody is invited, and only a PIN or a tag opens
    sso           nothing: the white-label app alone has that switch
    pin           `use_pin`, and a PIN made by Salto for each stay: of visitors, all guests, or everyone
    tags          nothing: somebody hands tags out by hand, so whoever gets nothing else is not told as without a key
    lockers       nothing: Gantner lockers are a product of their own, with an API scope of their own
    pin_delivery  `mail`: by the Airflow connection `mail_connection`; `none`: the PIN is kept, and handed on by others
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from saltoks.core.credentials.mail_templates import MailTemplate, read_mail_template
from saltoks.core.credentials.pins import PinAudience
from saltoks.settings.document import Document
from saltoks.settings.frozen import Frozen
from saltoks.settings.problems import Problem, refuse

MAIL_TEMPLATES = "mail"
"""The folder of `config/` that holds the templates of mails."""


def _made_by_salto(value: object) -> object:
    if value == "custom":
        text = "a PIN of one's own needs Salto's feature custom_pin, and two people may get the same"
        refuse([((), f"{text} — write visitors, guests or everyone: then Salto makes the PINs")])
    return value


def _not_ours(lockers: bool) -> bool:
    if lockers:
        text = "lockers are a product of their own (Gantner), with an API scope of their own that is not asked for here"
        refuse([((), f"{text} — write false, and hand lockers out in Salto KS")])
    return lockers


def _an_address(sender: str | None) -> str | None:
    if sender is not None and ("@" not in sender or any(not one.isprintable() for one in sender)):
        refuse([((), "is no e-mail address — write one, such as Doors <doors@house.example>")])
    return sender


class Credentials(Frozen):
    """What a site hands out; left out, nothing but the invitations of Salto.

    A PIN is asked for at most `pin_ahead_minutes` before the person's doors open, once Salto knows the person.
    `sender` is the `from_email` of the mail connection when left out; `template` is a file in `config/mail/`.
    """

    mobile: bool = True
    sso: bool = False
    pin: Annotated[PinAudience, BeforeValidator(_made_by_salto)] = PinAudience.OFF
    tags: bool = False
    pin_ahead_minutes: int = Field(default=60, ge=0, le=1440)
    lockers: Annotated[bool, AfterValidator(_not_ours)] = False
    pin_delivery: Literal["mail", "none"] = "mail"
    mail_connection: str = Field(default="smtp_default", min_length=1)
    sender: Annotated[str | None, AfterValidator(_an_address)] = None
    template: str = Field(default="pin.txt", min_length=1)

    @property
    def mails(self) -> bool:
        """Whether PINs go out by mail."""
        return self.pin is not PinAudience.OFF and self.pin_delivery == "mail"


def mail_templates_of(
    sites: Iterable[tuple[Document, Credentials]], folders: Iterable[Path]
) -> dict[str, MailTemplate]:
    """The templates that the mails of all sites need, by name; a mistake in one is a problem of every page with it.

    `folders` are searched in their order.
    """
    places, found = list(folders), dict[str, MailTemplate]()
    for page, credentials in sites:
        name = credentials.template
        letter = _letter(page, name, [folder / name for folder in places]) if credentials.mails else None
        if letter:
            found[name] = letter
    return found


def _letter(page: Document, name: str, places: list[Path]) -> MailTemplate | None:
    path = next((place for place in places if place.is_file()), None)
    if path is None:
        text = f"'{name}' is no file in {MAIL_TEMPLATES}/ — copy pin.txt, or correct the name"
        page.report(("credentials", "template"), text)
        return None
    found = read_mail_template(path.read_text(encoding="utf-8-sig", errors="replace"))
    if isinstance(found, MailTemplate):
        return found
    file = f"{path.parent.parent.name}/{MAIL_TEMPLATES}/{name}"
    page.problems += [Problem(file, one.line, "", one.message) for one in found]
    return None
