"""Ports: nobody gets one that another stack has chosen, before or after its server listens."""

from __future__ import annotations

import socket
import subprocess
import sys

from saltoks.dev.stack.ports import LOOPBACK, OURS, Port, Ports, any_free, is_free


def test_two_stacks_that_wish_for_the_same_port_get_two() -> None:
    """The second one learns it although nobody listens yet."""
    wished = any_free()
    with Ports() as first, Ports() as second:
        assert first.choose(wished) == Port(wished)
        other = second.choose(wished)
        assert other.instead_of == wished
        assert other.number != wished


def test_a_stack_keeps_its_own_port() -> None:
    """Asking again for what one holds is no conflict."""
    with Ports() as ports:
        chosen = ports.choose(None)
        assert ports.choose(chosen.number) == chosen


def test_what_is_given_back_can_be_had() -> None:
    """A stack that went down leaves its ports to the next."""
    wished = any_free()
    with Ports() as first:
        first.choose(wished)
    with Ports() as second:
        assert second.choose(wished) == Port(wished)


def test_a_port_in_use_is_not_held() -> None:
    """The hold is let go when a stranger listens: the port may be free a minute later."""
    with socket.create_server((LOOPBACK, any_free())) as stranger:
        taken = stranger.getsockname()[1]
        with Ports() as ports, Ports() as later:
            assert not is_free(taken)
            assert ports.choose(taken).instead_of == taken
            stranger.close()
            assert later.choose(taken) == Port(taken)


def test_a_killed_process_holds_nothing() -> None:
    """The hold ends with its process, however that ended."""
    wished = any_free()
    script = (
        "import os, signal; from saltoks.dev.stack.ports import Ports\n"
        f"print(Ports().choose({wished}).number, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert killed.stdout.strip() == str(wished)
    with Ports() as ports:
        assert ports.choose(wished) == Port(wished)


def test_chosen_ports_are_not_those_that_the_system_hands_out() -> None:
    """Between choice and start, no program that asks for any port can get it."""
    with Ports() as ports:
        chosen = [ports.choose(None).number for _ in range(20)]
    assert len(set(chosen)) == 20
    assert all(port in OURS for port in chosen)
