"""A screen that nobody sees, and hands that answer the windows on it."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.support.closing import Closing
from tests.support.private_bus import end
from tests.support.secret_service_client import until

PACKAGES = {"Xvfb": "xvfb", "xdotool": "xdotool"}


class Screen(Closing):
    """An X server without a monitor, until it is closed. `name` is what DISPLAY has to be."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        self._server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
            pass_fds=(writer,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writer)
        with os.fdopen(reader) as file:
            self.name = f":{file.readline().strip()}"

    def close(self) -> None:
        """Switch it off."""
        end(self._server)

    def windows(self) -> frozenset[str]:
        """The windows that can be seen."""
        found = self._xdotool("search", "--onlyvisible", "--name", "")
        return frozenset(found.split())

    def type(self, text: str) -> None:
        """Type a text into the window that has the focus, then Return."""
        self._xdotool("type", text)
        self.press("Return")

    def press(self, key: str) -> None:
        """Press a key."""
        self._xdotool("key", key)

    @contextmanager
    def answering(self, answer: Callable[[], None]) -> Iterator[None]:
        """Answer the next window that opens, again and again while it stays."""
        before = self.windows()
        stop = threading.Event()

        def watch() -> None:
            until("a window", lambda: stop.is_set() or bool(self.windows() - before))
            while not stop.is_set() and self.windows() - before:
                answer()
                stop.wait(0.7)

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(10)

    def _xdotool(self, *arguments: str) -> str:
        # It fails where no window is found, and where one has just gone.
        done = subprocess.run(
            ["xdotool", *arguments],
            env={**os.environ, "DISPLAY": self.name},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
        return done.stdout
