"""Letters: read with the line of every mistake, and filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from saltoks.core.credentials.mail_templates import PLACEHOLDERS, MailTemplate, read_mail_template

SHIPPED = Path(__file__).resolve().parents[3] / "config" / "mail" / "pin.txt"
WORDS = {name: f"<{name}>" for name in PLACEHOLDERS}


def test_the_shipped_letter_is_sound_and_explains_itself() -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    found = read_mail_template(text)
    assert isinstance(found, MailTemplate)
    subject, body = found.filled(WORDS)
    assert subject == "Your door code"
    assert "<pin>" in body
    assert "<doors>" in body
    assert not body.startswith("\n")
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert all(f"{{{name}}}" in "\n".join(comments) for name in PLACEHOLDERS)


def test_a_letter_is_filled_in_and_its_subject_stays_one_line() -> None:
    found = read_mail_template("Subject: Hello {name}\n\n{pin} {{not this}}\n")
    assert isinstance(found, MailTemplate)
    assert found.filled(WORDS | {"name": "Ann\r\nBcc: all", "pin": "{zone}"}) == (
        "Hello Ann Bcc: all",
        "{zone} {not this}\n",
    )


WRONG: dict[str, tuple[str, int, str]] = {
    "nothing": ("", 1, "must be the subject"),
    "comments only": ("# a\n# b\n", 3, "must be the subject"),
    "no subject": ("Hello {pin}\n", 1, "must be the subject — write 'Subject: …' above"),
    "subject without text": ("Subject:\n\n{pin}\n", 1, "has no text"),
    "text under the subject": ("Subject: A\nHello {pin}\n", 2, "leave one line empty"),
    "no PIN": ("Subject: A\n\nHello\n", 3, "never says {pin}"),
    "no text": ("Subject: A\n", 2, "never says {pin}"),
    "PIN in the subject": ("Subject: {pin}\n\n{pin}\n", 1, "may not stand in the subject"),
    "unknown word": ("# x\nSubject: A\n\n{pin}\n{nmae}\n", 5, "{nmae} is no placeholder — use one of: {name}, {site}"),
    "empty braces": ("Subject: A\n\n{pin} {}\n", 3, "{} is no placeholder"),
    "a format": ("Subject: A\n\n{pin:>9}\n{pin}\n", 3, "{pin} is no placeholder"),
    "a path into Python": ("Subject: A\n\n{pin.__class__}{pin}\n", 3, "{pin.__class__} is no placeholder"),
    "one brace": ("Subject: A\n\n{pin} }\n", 3, "has a brace without its partner — double it"),
    "a brace left open": ("Subject: A\n\n{pin} {\n", 3, "has a brace without its partner"),
}


@pytest.mark.parametrize(("text", "line", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_named_with_its_line(text: str, line: int, message: str) -> None:
    found = read_mail_template(text)
    assert isinstance(found, list)
    [problem] = found
    assert problem.line == line
    assert message in problem.message


def test_every_mistake_is_named_at_once() -> None:
    found = read_mail_template("Subject: {pin}\nHello {x}\n{\n")
    assert isinstance(found, list)
    assert [(one.line, one.message.split(" ")[0]) for one in found] == [
        (1, "{pin}"),
        (2, "stands"),
        (2, "{x}"),
        (3, "has"),
        (3, "the"),
    ]
