"""The commands of the local stack: ``python -m saltoks.dev.stack.commands up | down | status | env | clean``."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from saltoks.core.errors import FixInput, SaltoksError, Unavailable
from saltoks.dev.stack.airflow_api import PARTS
from saltoks.dev.stack.progress import progress_for
from saltoks.dev.stack.stack import PROJECT, Stack

NOT_RUNNING = 3

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The local Airflow with its own PostgreSQL.")
console = Console()


@app.command()
def up() -> None:
    """Start everything and keep it running until Ctrl-C."""
    progress = progress_for(console)
    with interruptible(), _stack() as stack:
        try:
            stack.up(progress)
            secrets = stack.secrets
            progress.note(f"Airflow: {stack.site.url}  user {secrets.admin_user}  password {secrets.admin_password}")
            progress.note("Stop with Ctrl-C, or with `make down` from another terminal.")
            stack.watch()
        except KeyboardInterrupt:
            stack.down(progress)
        except SaltoksError:
            stack.down(progress)
            raise


@app.command()
def down() -> None:
    """Stop the stack, also one that was killed before it could stop its parts."""
    _stack().down_from_outside(progress_for(console))


@app.command()
def status() -> None:
    """Say what runs; exit code 3 when the stack is not running, 1 when a part of it is unwell."""
    stack = _stack()
    holder = stack.home.holder()
    if holder is None:
        console.print(
            "The stack was killed and its parts may still run: stop them with `make down`."
            if stack.home.running.exists()
            else "The stack is not running: start it with `make up`."
        )
        raise typer.Exit(NOT_RUNNING)
    console.print(f"Process {holder} runs the stack; web interface {stack.site.url}", highlight=False)
    try:
        with stack.api() as api:
            missing = api.health().missing
    except Unavailable:
        missing = PARTS
    for part in PARTS:
        console.print(f"{part:<14}{'not healthy' if part in missing else 'healthy'}", highlight=False)
    raise typer.Exit(1 if missing else 0)


@app.command()
def env() -> None:
    """Print what the stack sets, for `eval "$(python -m saltoks.dev.stack.commands env)"`; it holds secrets."""
    stack = _stack()
    if not stack.home.port.exists():
        raise FixInput("The stack has never been started here: start it with `make up` first.")
    for name, value in stack.own_environment().items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


@app.command()
def clean() -> None:
    """Stop the stack and delete everything it keeps, databases included."""
    stack = _stack()
    stack.down_from_outside(progress_for(console))
    stack.remove()


@contextmanager
def interruptible() -> Iterator[None]:
    """Make Ctrl-C, a request to end and a closed terminal all arrive as KeyboardInterrupt."""
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.default_int_handler) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run() -> None:
    """Run the command of the command line; an error is one sentence and exit code 1."""
    try:
        app()
    except SaltoksError as error:
        Console(stderr=True).print(error.message, style="red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)


def _stack() -> Stack:
    return Stack(PROJECT / ".saltoks")


if __name__ == "__main__":
    run()
