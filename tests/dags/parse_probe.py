"""Imports DAG files as Airflow's DAG processor does and prints what that costs, as JSON.

Every import happens in a fork of a process that has imported `airflow.sdk` and nothing else, so each starts fresh.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import sys
import time
from pathlib import Path


def measure(file: Path) -> tuple[float, list[str]]:
    """CPU seconds that the file took in a fork, and the modules that it brought."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.write(writer, json.dumps(run(file)).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        found = json.loads(answer.read())
    os.waitpid(child, 0)
    return found["seconds"], found["modules"]


def run(file: Path) -> dict[str, object]:
    """Executes the file here."""
    before, began = set(sys.modules), time.process_time()
    runpy.run_path(str(file))
    return {"seconds": time.process_time() - began, "modules": sorted(set(sys.modules) - before)}


def main(repeats: int, files: list[str]) -> None:
    """Prints seconds and modules for every file."""
    importlib.import_module("airflow.sdk")  # what every DAG file needs: not its own cost
    found = {}
    for file in files:
        runs = [measure(Path(file)) for _ in range(repeats)]
        found[file] = {"seconds": [seconds for seconds, _ in runs], "modules": runs[0][1]}
    print(json.dumps(found))


main(int(sys.argv[1]), sys.argv[2:])
