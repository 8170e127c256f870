"""A program that is run for its answer, within limits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from time import monotonic
from typing import Final

_SLICE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Heard:
    """What a program said. `status` is None where it did not end in time, or said too much.

    `output` is what it wrote to standard output up to then; it may be a secret.
    """

    status: int | None
    output: bytes = field(repr=False)


def listen_to(
    command: Sequence[str],
    *,
    variables: Mapping[str, str],
    limit: float,
    most_output: int,
    executable: str | None = None,
    cwd: str | None = None,
) -> Heard | None:
    """Run a program, hear it out and end it with all that it started; None if it does not start.

    It has `limit` seconds and no input, its messages go nowhere, and of its output it may write
    `most_output` bytes. `executable` is the file behind the first word of the command. It gets no
    terminal, so that it can ask nobody.
    """
    try:
        process = subprocess.Popen(  # noqa: S603  a program of the person's own, no shell
            list(command),
            executable=executable,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(variables),
            cwd=cwd,
            start_new_session=True,
            # On Windows it gets a console of its own, unseen: it could change this one.
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except (OSError, ValueError):
        return None
    end_children = children_of(process)
    heard: list[bytes] = []
    listener = Thread(target=_listen, args=(process, heard, most_output), daemon=True)
    status = None
    try:
        listener.start()
        _wait_for(listener, limit)
        if not listener.is_alive() and sum(map(len, heard)) <= most_output:
            with suppress(subprocess.TimeoutExpired):
                status = process.wait(1.0)
    finally:
        end_children()
        _end(process, listener)
    return Heard(status, b"".join(heard)[:most_output])


def _wait_for(listener: Thread, limit: float) -> None:
    """Wait for at most so many seconds, in slices: on Windows no signal gets through a wait."""
    deadline = monotonic() + limit
    while listener.is_alive() and (left := deadline - monotonic()) > 0:
        listener.join(min(left, _SLICE))


def _listen(process: subprocess.Popen[bytes], heard: list[bytes], most: int) -> None:
    """Keep what the program says, up to one byte more than it may."""
    said = 0
    with suppress(OSError, ValueError):
        while process.stdout is not None and said <= most:
            data = os.read(process.stdout.fileno(), most + 1 - said)
            if not data:
                return
            heard.append(data)
            said += len(data)


def children_of(process: subprocess.Popen[bytes]) -> Callable[[], None]:
    """What kills the program with all that it starts."""
    if sys.platform == "win32":
        from authui.stores.child_job import Job

        return Job(process.pid).end

    def end() -> None:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)

    return end


def _end(process: subprocess.Popen[bytes], listener: Thread) -> None:
    """See it end, and let go of its output."""
    if sys.platform == "win32":
        with suppress(OSError):
            process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1.0)
    if sys.platform == "win32":
        listener.join(1.0)
        if listener.is_alive():
            return  # to close what it reads from would wait for it
    if process.stdout is not None:
        process.stdout.close()
    listener.join(1.0)
