"""The block `credentials` of a site, and the letters in config/mail/: every mistake with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.core.credentials.pins import PinAudience
from saltoks.settings import lint, load

Write = Callable[..., Path]
Complaints = Callable[..., list[str]]
GOOD = "Subject: Your code\n\n{pin}\n"


def with_letter(root: Path, text: str = GOOD, name: str = "pin.txt") -> Path:
    """The same root, with a letter."""
    (root / "mail").mkdir()
    (root / "mail" / name).write_text(text, encoding="utf-8")
    return root


def test_left_out_nothing_is_handed_out(write: Write, site: str) -> None:
    """F91, F95: only Salto's own invitation."""
    settings = load(write(harbour=site), {})
    switches = settings.sites[0].credentials
    assert (switches.mobile, switches.pin, switches.mails, settings.mail_templates) == (
        True,
        PinAudience.OFF,
        False,
        {},
    )


def test_all_that_can_be_set(write: Write, site: str) -> None:
    """F88, F93: the words of YAML mean what they say; `off` is a word."""
    text = (
        "credentials:\n  mobile: no\n  sso: yes\n  pin: visitors\n  pin_ahead_minutes: 30\n  lockers: off\n"
        "  pin_delivery: mail\n  mail_connection: post\n  sender: Doors <doors@house.example>\n  template: code.txt\n"
    )
    settings = load(with_letter(write(harbour=site + text), name="code.txt"), {})
    switches = settings.sites[0].credentials
    assert (switches.mobile, switches.sso, switches.pin, switches.lockers) == (False, True, PinAudience.VISITORS, False)
    assert settings.mail_templates["code.txt"].subject == "Your code"
    off = load(write_again(settings.root, site + "credentials: {pin: off}\n"), {})
    assert off.sites[0].credentials.pin is PinAudience.OFF


def write_again(root: Path, text: str) -> Path:
    """The same root with another site."""
    (root / "sites" / "harbour.yaml").write_text(text, encoding="utf-8")
    return root


WRONG = {
    "a word that is no switch": ("pin: guest", "pin: 'guest' is not allowed — did you mean 'guests'?"),
    "a PIN of one's own": ("pin: custom", "pin: a PIN of one's own needs Salto's feature custom_pin"),
    "lockers": ("lockers: true", "lockers: lockers are a product of their own (Gantner), with an API scope of"),
    "an unknown key": ("pins: guests", "pins: is not a known key — did you mean 'pin'?"),
    "too far ahead": ("pin_ahead_minutes: 1441", "pin_ahead_minutes: must be less than or equal to 1440"),
    "a sender without an address": ("sender: Doors", "sender: is no e-mail address — write one"),
    "another way of delivery": ("pin_delivery: sms", "pin_delivery: 'sms' is not allowed — use one of: mail, none"),
}


@pytest.mark.parametrize(("line", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_named(write: Write, site: str, complaints: Complaints, line: str, message: str) -> None:
    """F94: what the API cannot do is said where it is asked for."""
    [said] = complaints(write(harbour=f"{site}credentials:\n  {line}\n"))
    assert said.startswith(f"config/sites/harbour.yaml:23: credentials.{message}")


def test_a_letter_that_is_missing_is_named_where_it_is_asked_for(
    write: Write, site: str, complaints: Complaints
) -> None:
    [said] = complaints(write(harbour=site + "credentials:\n  pin: guests\n  template: code.txt\n"))
    assert said.startswith("config/sites/harbour.yaml:24: credentials.template: 'code.txt' is no file in mail/")


def test_a_mistake_in_a_letter_is_named_once_with_its_own_line(write: Write, site: str, complaints: Complaints) -> None:
    """Also where two sites send it."""
    text = site + "credentials: {pin: guests}\n"
    other = text.replace("NL0000000001", "NL0000000002").replace("name: harbour", "name: pier")
    root = with_letter(write(harbour=text, pier=other), "# about\nSubject: A\n\nHello {nmae},\n{pin}\n")
    assert complaints(root) == [
        "config/mail/pin.txt:4: {nmae} is no placeholder — use one of: {name}, {site}, {doors}, {when}, {zone}, {pin}"
    ]


def test_a_letter_is_read_only_where_pins_are_mailed(write: Write, site: str) -> None:
    root = with_letter(write(harbour=site + "credentials: {pin: guests, pin_delivery: none}\n"), "broken")
    assert load(root, {}).mail_templates == {}


def test_the_shipped_letter_is_there_for_every_root(tmp_path: Path, site: str) -> None:
    """A folder of one's own wins; without it the project's letter is sent."""
    project = tmp_path / "project"
    for folder in ("dags", "config/mail", "config/examples/one/sites"):
        (project / folder).mkdir(parents=True)
    (project / "config" / "mail" / "pin.txt").write_text(GOOD, encoding="utf-8")
    root = project / "config" / "examples" / "one"
    (root / "saltoks.yaml").write_text("tick_minutes: 15\n", encoding="utf-8")
    write_again(root, site + "credentials: {pin: guests}\n")
    assert load(root, {}).mail_templates["pin.txt"].subject == "Your code"
    with_letter(root, GOOD.replace("Your code", "Ours"))
    assert load(root, {}).mail_templates["pin.txt"].subject == "Ours"


DOUBTS = {
    "white-label app (F92)": ("sso: true", "note", "credentials.sso", "a switch of your white-label app (F92)"),
    "neither app nor PIN": ("mobile: false", "warning", "credentials.mobile", "only a tag opens — set pin: everyone"),
    "nobody is told": (
        "pin: guests\n  pin_delivery: none",
        "note",
        "credentials.pin_delivery",
        "nobody is told — hand each on",
    ),
}


@pytest.mark.parametrize(("line", "level", "where", "message"), DOUBTS.values(), ids=DOUBTS.keys())
def test_a_doubt_is_found(write: Write, site: str, line: str, level: str, where: str, message: str) -> None:
    root = write(harbour=site)
    before = lint(load(root, {}))
    after = lint(load(write_again(root, f"{site}credentials:\n  {line}\n"), {}))
    [found] = [one for one in after if one not in before]
    assert (found.level, found.where) == (level, f"config/sites/harbour.yaml: {where}")
    assert message in found.message
