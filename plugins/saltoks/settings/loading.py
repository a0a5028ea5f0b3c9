"""From a folder with YAML to `Settings`, or to one error that lists every problem."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from saltoks.core.errors import ConfigError
from saltoks.core.rules import Rules
from saltoks.settings import document, presets
from saltoks.settings.credentials import LETTERS, letters_of
from saltoks.settings.document import Document
from saltoks.settings.ireserve import IReserveSource
from saltoks.settings.models import Project, Settings, Site
from saltoks.settings.presets import DEFAULT, Origin
from saltoks.settings.problems import Loc, Problem, explained

_M = TypeVar("_M", bound=BaseModel)
_MADE_BY_US = {
    "name": "the site is called like its file — take this key out",
    "origin": "is not a known key — take it out",
    "former_groups": "is not a known key — take it out",
}


def load(root: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in `root`: `saltoks.yaml` and `sites/*.yaml`, one file a site.

    Relative paths in them start at the project root: the nearest folder above `root` that holds `dags/`, else the
    folder that holds `root`. Raises ConfigError that lists all problems, one a line, each with file, line and key.
    """
    root = root.resolve()
    head = document.read(root / "saltoks.yaml", f"{root.name}/saltoks.yaml", environ)
    project = _parsed(head, Project, head.plain)
    files = {path.stem: path for path in sorted((root / "sites").glob("*.yaml"))}
    pages = {name: document.read(path, _label(root, path), environ) for name, path in files.items()}
    folders = [root / "presets", _base(root) / "config" / "presets"]
    sites = [_site(name, page, presets.apply(page, folders, environ)) for name, page in pages.items()]
    read = zip(pages.values(), sites, strict=True)
    mail = [root / LETTERS, _base(root) / "config" / LETTERS]
    letters = letters_of(((page, site.credentials) for page, site in read if site), mail)
    problems = _folder_problems(root, files) + sorted(head.problems) + _problems(list(pages.values()))
    if problems or project is None:
        raise ConfigError("\n".join(str(problem) for problem in problems))
    ready = tuple(_settled(site, project.warehouse) for site in sites if site)
    return Settings(root=root, base=_base(root), project=project, sites=ready, letters=letters)


def _base(root: Path) -> Path:
    return next((folder for folder in root.parents if (folder / "dags").is_dir()), root.parent)


def _settled(site: Site, warehouse: str) -> Site:
    source = site.source.settled(warehouse, site.timezone)
    return site.model_copy(update={"source": source, "rules": _firm(site)})


def _firm(site: Site) -> Rules:
    """The rules of a site: where one of i-Reserve does not say which statuses open, those that are firm (F63)."""
    unsaid = {site.origin.of(key) for key in ("status_codes", "booking_statuses")} == {DEFAULT}
    if not unsaid or not isinstance(site.source, IReserveSource):
        return site.rules
    return replace(site.rules, status_codes=site.source.firm_codes)


def _label(root: Path, path: Path) -> str:
    return str(path.relative_to(root.parent))


def _folder_problems(root: Path, files: Mapping[str, Path]) -> list[Problem]:
    found = [
        Problem(_label(root, path), 1, "", "is not read, since its name ends in .yml — rename it to .yaml")
        for path in sorted((root / "sites").glob("*.yml"))
    ]
    if not files:
        found.append(Problem(f"{root.name}/sites", 1, "", "holds no site — add a file such as harbour.yaml"))
    return found


def _site(name: str, page: Document, origin: Origin) -> Site | None:
    for key, reason in _MADE_BY_US.items():
        if key in page.plain:
            page.report((key,), reason)
    return _parsed(page, Site, page.plain | {"name": name, "origin": origin})


def _parsed(page: Document, model: type[_M], plain: dict[str, object]) -> _M | None:
    if not page.readable:
        return None
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        for loc, message in explained(error, model):
            page.report(loc, message)
    return None


def _problems(pages: list[Document]) -> list[Problem]:
    _report_twins(pages, (("salto", "connection"), ("salto", "site_uid")), "the same Salto KS site")
    _report_twins(pages, (("source", "name"),), "the same source name")
    return [problem for page in pages for problem in sorted(page.problems)]


def _report_twins(pages: list[Document], keys: tuple[Loc, ...], what: str) -> None:
    first: dict[tuple[object, ...], str] = {}
    for page in pages:
        values = tuple(_dig(page.plain, key) for key in keys)
        if None in values:
            continue
        other = first.setdefault(values, page.file)
        if other != page.file:
            page.report(keys[-1], f"is {what} as in {other} — give each site its own")


def _dig(plain: object, loc: Loc) -> str | None:
    for part in loc:
        plain = plain.get(str(part)) if isinstance(plain, dict) else None
    return str(plain) if isinstance(plain, str | int) else None
