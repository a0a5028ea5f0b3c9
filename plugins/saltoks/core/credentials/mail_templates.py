"""Texts of mails with placeholders: read from a file, every mistake with its line, and filled in for one person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter

PLACEHOLDERS = {
    "name": "the person's name",
    "site": "the name of the site's file",
    "doors": "one line for each door: its name, and from when until when",
    "when": "from when until when, over all doors",
    "zone": "the time zone of all times",
    "pin": "the PIN",
}
"""What may stand in braces, and what takes its place."""

_SUBJECT = "Subject:"


@dataclass(frozen=True, slots=True)
class MailTemplate:
    """A mail before it is filled in; what stands in braces is in `PLACEHOLDERS`."""

    subject: str
    body: str

    def filled(self, values: Mapping[str, str]) -> tuple[str, str]:
        """Subject and body for one person; the subject is one line, whatever the values hold."""
        return " ".join(self.subject.format_map(values).split()), self.body.format_map(values)


@dataclass(frozen=True, slots=True, order=True)
class MailTemplateProblem:
    """One mistake in a template's file: a sentence with its fix."""

    line: int
    message: str


def read_mail_template(text: str) -> MailTemplate | list[MailTemplateProblem]:
    """A template from its file: comments (`# …`), `Subject: …`, an empty line, the body; or what is wrong with it."""
    lines = text.splitlines()
    head = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if head == len(lines) or not lines[head].startswith(_SUBJECT):
        return [MailTemplateProblem(head + 1, f"must be the subject — write '{_SUBJECT} …' above the text")]
    subject, body = lines[head].removeprefix(_SUBJECT).strip(), lines[head + 1 :]
    problems = [*_subject_problems(subject, head + 1), *_body_problems(body, head + 2)]
    if problems:
        return sorted(problems)
    return MailTemplate(subject, "\n".join(body).strip("\n") + "\n")


def _subject_problems(subject: str, line: int) -> Iterator[MailTemplateProblem]:
    if not subject:
        yield MailTemplateProblem(line, f"has no text — write it behind '{_SUBJECT}'")
    yield from _problems(subject, line)
    if "{pin}" in subject:
        yield MailTemplateProblem(
            line, "{pin} may not stand in the subject, which many can see — move it into the text"
        )


def _body_problems(body: list[str], first: int) -> Iterator[MailTemplateProblem]:
    if body and body[0].strip():
        yield MailTemplateProblem(first, "stands right under the subject — leave one line empty")
    for number, line in enumerate(body, start=first):
        yield from _problems(line, number)
    if not any("{pin}" in line for line in body):
        yield MailTemplateProblem(first + max(len(body) - 1, 0), "the text never says {pin} — add it")


def _problems(line: str, number: int) -> Iterator[MailTemplateProblem]:
    try:
        fields = [part[1:] for part in Formatter().parse(line) if part[1] is not None]
    except ValueError:
        yield MailTemplateProblem(number, "has a brace without its partner — double it to show it: {{ or }}")
        return
    for name, form, conversion in fields:
        if name not in PLACEHOLDERS or form or conversion:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            yield MailTemplateProblem(number, f"{{{name}}} is no placeholder — use one of: {known}")
