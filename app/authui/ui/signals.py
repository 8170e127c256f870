"""What ends the app from outside ends it as its own keys do, and the terminal is left as it was.

On Unix that is SIGINT, SIGTERM and SIGHUP, on Windows Ctrl+Break and the console that closes. Left
to the system they end the process where it stands: the terminal then keeps the app's picture and
reports every move of the mouse to the shell.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable
from types import FrameType

from textual.app import App


def run_until_told(app: App[None], finish: Callable[[], object] = lambda: None) -> None:
    """Run the app until it ends, by itself or because a signal tells it to.

    After a signal the app's return code is 128 plus the signal's number. The app may take its time
    to end, up to `LONGEST`, but on Unix its event loop may not: one that is stuck, such as in
    writing to a terminal that takes no more, ends the process with that status after `PATIENCE`,
    once `finish` has waited for what must not be cut off. On Windows `finish` is called where the
    console closes, since the process does not outlive that.
    """
    if sys.platform == "win32":
        from authui.ui.windows_console import Told
    else:
        from authui.ui.unix_signals import Told
    with asyncio.Runner() as runner, Told(app, runner.get_loop(), finish):
        runner.run(app.run_async())


def end_in_order(app: App[None], loop: asyncio.AbstractEventLoop, status: int) -> None:
    """End the app with this return code; called in its loop."""
    stay_stopped()
    # While its screen is being built the app cannot end in order: what is not built yet is then
    # left out, and the widgets that are look for it.
    screens = app.screen_stack
    if screens and screens[-1].is_mounted:
        app.exit(return_code=status)
    else:
        loop.call_later(0.02, end_in_order, app, loop, status)


def note_signal(number: int, frame: FrameType | None) -> None:
    """Do little: that there is a handler is what makes the signal readable."""
    del frame
    if sys.platform != "win32" and number != signal.SIGCONT:
        stay_stopped()


def stay_stopped() -> None:
    """Have the app not begin anew when it is told to continue, which a lost terminal does too.

    Textual would read from the terminal again, in a thread that then never ends.
    """
    if sys.platform != "win32":
        signal.signal(signal.SIGCONT, note_signal)
