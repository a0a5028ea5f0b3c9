"""`saltoks init`: the DAG files and a configuration to begin with, for those who install the wheel."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from saltoks.cli.exits import Exit
from saltoks.core.errors import FixInput
from saltoks.package_data import ROOT

app = typer.Typer()

_COPIED = (
    "dags/*.py",
    "config/saltoks.yaml",
    "config/pools.json",
    "config/mail/*",
    "config/examples/deskworks/**/*",
    "config/examples/tabular/**/*",
)
_DEMO_SITES, _AS_EXAMPLE = "config/sites", "config/examples/demo/sites"
"""The sites of the demo are examples to whoever has doors of their own."""


@app.command()
def init(folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where dags/ and config/ go.")]) -> int:
    """Write the DAG files and a configuration to begin with into a folder. What is there already stays."""
    files = dict(_files())
    there = {name for name in files if (folder / name).exists()}
    try:
        (folder / _DEMO_SITES).mkdir(parents=True, exist_ok=True)
        for name in files.keys() - there:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(files[name], folder / name)
    except OSError as error:
        raise FixInput(f"{error.filename} cannot be written ({error.strerror}): name another folder") from error
    other = sorted(name for name in there if (folder / name).read_bytes() != files[name].read_bytes())
    print(f"{folder}: {len(files) - len(there)} files written, {len(there)} were there")
    for name in other:
        print(f"{folder / name} stays, and this version has another: to take that, delete the file and run this again")
    print(
        f"next: set SALTOKS_CONFIG={folder.resolve() / 'config'}, and let Airflow's DAG folder have the files of dags/"
    )
    return Exit.DONE


def _files() -> Iterator[tuple[str, Path]]:
    """Where each file goes in the folder, and where it comes from."""
    for pattern in _COPIED:
        yield from ((str(path.relative_to(ROOT)), path) for path in sorted(ROOT.glob(pattern)) if path.is_file())
    for path in sorted((ROOT / _DEMO_SITES).glob("*.yaml")):
        yield f"{_AS_EXAMPLE}/{path.name}", path
