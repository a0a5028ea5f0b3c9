"""From a folder with YAML to `Settings`, or to one error that lists every problem."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from saltoks.core import error_report
from saltoks.core.errors import ConfigError
from saltoks.core.model.rules import Rules
from saltoks.package_data import PRESETS
from saltoks.settings import document, presets
from saltoks.settings.credentials import MAIL_TEMPLATES, mail_templates_of
from saltoks.settings.document import Document
from saltoks.settings.models import Project, Settings, Site, UnreadableSite
from saltoks.settings.presets import DEFAULT
from saltoks.settings.problems import Loc, Problem, explained

_M = TypeVar("_M", bound=BaseModel)
_MADE_BY_US = {
    "name": "the site is called like its file — take this key out",
    "origin": "is not a known key — take it out",
    "former_groups": "is not a known key — take it out",
}


def load(root: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `root`: `saltoks.yaml` and `sites/*.yaml`, one file a site, all of them in order.

    Relative paths in them start at the project root: the nearest folder above `root` that holds `dags/`, else the
    folder that holds `root`. Raises ConfigError that lists all problems, one a line, each with file, line and key.
    """
    settings = load_each(root, environ)
    if settings.unreadable:
        raise _refused(problem for site in settings.unreadable for problem in site.problems)
    return settings


def load_each(root: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The same, whatever is wrong with the file of a site: such a site is among `unreadable`, the others are there.

    Raises ConfigError, with all problems, only where `saltoks.yaml` cannot be read or there is no site at all.
    """
    root = root.resolve()
    head = document.read(root / "saltoks.yaml", f"{root.name}/saltoks.yaml", environ)
    project = _parsed(head, Project, head.plain)
    files = sorted((root / "sites").glob("*.yaml"))
    pages = {path.stem: document.read(path, _label(root, path), environ) for path in files}
    preset_folders = [*_folders(root, "presets"), PRESETS]
    sites = {name: _site(name, page, preset_folders, environ) for name, page in pages.items()}
    mailing = [(pages[name], site.credentials) for name, site in sites.items() if site]
    mail_templates = mail_templates_of(mailing, _folders(root, MAIL_TEMPLATES))
    wrong = _wrong(root, pages)
    ours = sorted(head.problems) + _none(root, pages)
    if ours or project is None:
        raise _refused([*ours, *(problem for found in wrong.values() for problem in found)])
    ready = tuple(_settled(site, project.warehouse) for name, site in sites.items() if site and name not in wrong)
    unreadable = tuple(UnreadableSite(name=name, problems=tuple(found)) for name, found in wrong.items())
    return Settings(
        root=root, base=_base(root), project=project, sites=ready, unreadable=unreadable, mail_templates=mail_templates
    )


def _refused(problems: Iterable[Problem]) -> ConfigError:
    return ConfigError("\n".join(dict.fromkeys(map(str, problems))))


def _base(root: Path) -> Path:
    return next((folder for folder in root.parents if (folder / "dags").is_dir()), root.parent)


def _folders(root: Path, name: str) -> list[Path]:
    """Where a root's presets or mail templates lie: in the root itself, and for every root in the project's own."""
    return [root / name, _base(root) / "config" / name]


def _settled(site: Site, warehouse: str) -> Site:
    source = site.source.settled(warehouse, site.timezone)
    return site.model_copy(update={"source": source, "rules": _firm(site)})


def _firm(site: Site) -> Rules:
    """The rules of a site: where it does not say which statuses open, those that are firm in its system."""
    unsaid = {site.origin.of(key) for key in ("status_codes", "booking_statuses")} == {DEFAULT}
    return site.source.firm(site.rules) if unsaid else site.rules


def _label(root: Path, path: Path) -> str:
    return str(path.relative_to(root.parent))


def _none(root: Path, pages: Mapping[str, Document]) -> list[Problem]:
    text = "holds no site — add a file such as harbour.yaml"
    return [] if pages else [Problem(f"{root.name}/sites", 1, "", text)]


def _wrong(root: Path, pages: Mapping[str, Document]) -> dict[str, list[Problem]]:
    """What is wrong with the file of each site that cannot be read."""
    _report_twins(pages.values(), (("salto", "connection"), ("salto", "site_uid")), "the same Salto KS site")
    _report_twins(pages.values(), (("source", "name"),), "the same source name")
    found = {name: sorted(page.problems) for name, page in pages.items()}
    for path in (root / "sites").glob("*.yml"):
        text = "is not read, since its name ends in .yml — rename it to .yaml"
        found.setdefault(path.stem, []).append(Problem(_label(root, path), 1, "", text))
    return {name: problems for name, problems in sorted(found.items()) if problems}


def _site(name: str, page: Document, folders: list[Path], environ: Mapping[str, str]) -> Site | None:
    """A site as its page has it; whatever keeps it from being read is a problem of that page alone."""
    for key, reason in _MADE_BY_US.items():
        if key in page.plain:
            page.report((key,), reason)
    try:
        origin = presets.apply(page, folders, environ)
        return _parsed(page, Site, page.plain | {"name": name, "origin": origin})
    except Exception as error:
        page.report((), error_report.as_saltoks_error(error).message)
        return None


def _parsed(page: Document, model: type[_M], plain: dict[str, object]) -> _M | None:
    if not page.readable:
        return None
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        for loc, message in explained(error, model):
            page.report(loc, message)
    return None


def _report_twins(pages: Iterable[Document], keys: tuple[Loc, ...], what: str) -> None:
    """Says at every page that claims the same as another: which of them is meant, nobody knows.

    A claim counts also where its page has other faults: what it claims may be at work.
    """
    claims: dict[tuple[str | None, ...], list[Document]] = {}
    for page in pages:
        values = tuple(_dig(page.plain, key) for key in keys)
        if None not in values:
            claims.setdefault(values, []).append(page)
    for page, others in [(one, [*found]) for found in claims.values() if len(found) > 1 for one in found]:
        others.remove(page)
        files = ", ".join(other.file for other in others)
        page.report(keys[-1], f"is {what} as in {files} — give each site its own")


def _dig(plain: object, loc: Loc) -> str | None:
    for part in loc:
        plain = plain.get(str(part)) if isinstance(plain, dict) else None
    return str(plain) if isinstance(plain, str | int) else None
