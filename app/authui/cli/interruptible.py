"""Changes that Ctrl-C may interrupt, without a lie about what became of them."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Final, Generic, TypeVar

from authui.cli.report import Interrupted, Report
from authui.model.errors import AuthuiError, OutcomeUnknown
from authui.stores.patience import Patience

_T = TypeVar("_T")

GRACE: Final = 3.0
"""Seconds that a change has to end after Ctrl-C, before its outcome is given up as unknown."""

_SLICE: Final = 0.5


def carry_out(report: Report, change: Callable[[Patience], _T], *, doing: str = "writing") -> _T:
    """What the change returns. Raises what it raises, and `Interrupted`.

    It runs in a thread that nobody waits for at the end of the program. Ctrl-C closes the
    keychain's window where one is open, and lets the change end; a second one leaves at once.
    """
    work, patience = _work(report, change)
    try:
        work.run_until_done()
    except KeyboardInterrupt:
        patience.cancel()
        error = _what_became_of(work, doing)
    else:
        return work.result()
    raise Interrupted(error)


def carry_on(
    report: Report, change: Callable[[Patience], _T], *, grace: float, doing: str
) -> tuple[_T, bool]:
    """The same for a change of many parts: what it returns, and whether Ctrl-C cut it short.

    It then ends by itself after the part that is under way, for which it has `grace` seconds.
    """
    work, patience = _work(report, change)
    try:
        work.run_until_done()
    except KeyboardInterrupt:
        patience.cancel()
        report.line_end()
        report.note("Ending after the entry that is under way; Ctrl-C again leaves at once")
    else:
        return work.result(), False
    try:
        ended = work.done.wait(grace)
    except KeyboardInterrupt:
        ended = work.done.is_set()
    if ended:
        return work.result(), True
    raise Interrupted(_unknown(doing))


def _work(report: Report, change: Callable[[Patience], _T]) -> tuple[_Work[_T], Patience]:
    patience = Patience(
        tell=lambda: report.note("A window of your keychain is waiting; Ctrl-C ends the wait")
    )
    return _Work(lambda: change(patience)), patience


class _Work(Thread, Generic[_T]):
    """A call in a thread of its own."""

    def __init__(self, call: Callable[[], _T]) -> None:
        super().__init__(daemon=True)
        self._call = call
        self._returned: list[_T] = []
        self.failure: BaseException | None = None
        self.done = Event()

    def run(self) -> None:
        """Make the call."""
        try:
            self._returned.append(self._call())
        except BaseException as error:  # noqa: BLE001  whoever waits gets it
            self.failure = error
        finally:
            self.done.set()

    def run_until_done(self) -> None:
        """Start it and wait, in slices: on Windows no signal gets through a wait."""
        self.start()
        while not self.done.wait(_SLICE):
            pass

    def result(self) -> _T:
        """What it returned. Raises what it raised."""
        if self.failure is not None:
            raise self.failure
        return self._returned[0]


def _what_became_of(work: _Work[_T], doing: str) -> AuthuiError:
    try:
        ended = work.done.wait(GRACE)
    except KeyboardInterrupt:
        ended = work.done.is_set()
    if not ended or isinstance(work.failure, OutcomeUnknown):
        return _unknown(doing)
    if isinstance(work.failure, AuthuiError):
        message = f"Interrupted, and nothing was changed: {work.failure.message}"
        return AuthuiError(message, work.failure.hint)
    if work.failure is not None:
        raise work.failure
    return AuthuiError(
        "Interrupted, but it had been done already", "authui list shows what is stored now"
    )


def _unknown(doing: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"Interrupted while {doing}, so nobody can say whether it happened",
        "Look again with authui list",
    )
