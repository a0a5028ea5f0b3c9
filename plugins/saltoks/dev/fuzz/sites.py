"""Site files with spoiled values or text: settings, or an error that names the file, within a second."""

from __future__ import annotations

import copy
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from random import Random

import yaml

from saltoks.core.errors import ConfigError
from saltoks.dev.fuzz import poison
from saltoks.dev.fuzz.attempt import Result, Rig
from saltoks.dev.stack.stack import PROJECT
from saltoks.settings import lint, load

SECONDS = 2.0
"""How long a file may take to be read or refused, on a busy machine."""

_BOMBS = (
    "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(f"{two}: &{two} [{', '.join([f'*{one}'] * 9)}]\n" for one, two in pairwise("abcdefghi")),
    "loop: &loop [*loop]\n",
    "deep: " + "[" * 5_000 + "\n",
    "deep: " + "{a: " * 5_000 + "\n",
    "number: " + "9" * 20_000 + "\n",
    "? [complex, key]\n: value\n",
    "timezone: !!python/object/apply:os.system [true]\n",
    "timezone: !unknown tag\n",
    "timezone: one\ntimezone: two\n",
    "%YAML 9.9\n---\na: 1\n",
    "a: 1\n---\nb: 2\n",
    "\tx: 1\n",
    "timezone: &anchor\n",
    "<<: *nobody\n",
    "timezone: 2026-03-10\n",
    "rules: {before_minutes: 1e400}\n",
)


@contextmanager
def site_files() -> Iterator[Rig]:
    """Attempts with the example that explains most keys, and with the demo's sites."""
    texts = [path.read_text(encoding="utf-8") for path in sorted((PROJECT / "config").rglob("sites/*.yaml"))]
    with tempfile.TemporaryDirectory(prefix="saltoks-fuzz-") as folder:
        root = Path(folder) / "config"
        shutil.copytree(PROJECT / "config", root, ignore=shutil.ignore_patterns("sites"))
        (root / "sites").mkdir()

        def attempt(chance: Random) -> Result:
            text = _spoiled(chance, chance.choice(texts))
            (root / "sites" / "house.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
            begun = time.monotonic()
            said = _loaded(root)
            slow = time.monotonic() - begun
            broken = [f"took {slow:.1f} s"] if slow > SECONDS else []
            broken += [f"names no file: {line!r}" for line in said if "house.yaml" not in line]
            return Result(said=said, broken=tuple(broken))

        yield Rig(attempt, set())


def _loaded(root: Path) -> tuple[str, ...]:
    """The lines of the error, if there is one; what loads is looked through by lint as well."""
    try:
        lint(load(root, {}))
    except ConfigError as error:
        return tuple(error.message.splitlines())
    return ()


def _spoiled(chance: Random, text: str) -> str:
    lines = text.splitlines()
    place = chance.randrange(len(lines))
    kinds: Sequence[str] = (
        _values(chance, text),
        _values(chance, text),
        _values(chance, text),
        chance.choice(_BOMBS) + text,
        chance.choice(_BOMBS),
        "\n".join([*lines[:place], *lines[place + 1 :]]),
        "\n".join([*lines[:place], chance.choice(("  ", " - ", "\t", "? ")) + lines[place], *lines[place + 1 :]]),
        "\n".join([*lines[:place], lines[place] + chance.choice(poison.TEXTS), *lines[place + 1 :]]),
        poison.broken(chance, text.encode()).decode("utf-8", "surrogateescape"),
    )
    return chance.choice(kinds)


def _values(chance: Random, text: str) -> str:
    body = copy.deepcopy(yaml.safe_load(text))
    for _ in range(chance.randrange(1, 4)):
        if places := poison.leaves(body):
            place = chance.choice(places)
            body = poison.replaced(body, place[: chance.randrange(1, len(place) + 1)], poison.value(chance))
    return yaml.safe_dump(body)
