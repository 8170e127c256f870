"""Calls that may never return, made in a thread of their own and waited for no longer than that.

macOS answers some calls only after the person has answered a window, and no call can be broken
off. Whoever waits may go: the thread then makes no further call, whenever the window is answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import Final, Generic, TypeVar

from authui.model.errors import AuthuiError, OutcomeUnknown, StoreTimeout
from authui.stores.patience import Patience

T = TypeVar("T")

_SLICE: Final = 0.05
_A_WINDOW: Final = 0.3
"""Seconds after which a call that may open a window is taken to have opened one."""

_ONE_WINDOW: Final = Lock()
"""Held while a window may open, and while none may: that switch is one for the whole process."""


def is_a_window_open() -> bool:
    """Whether macOS asks the person something for this process now, as far as that is known."""
    return _ONE_WINDOW.locked()


class Abandoned(BaseException):
    """Nobody waits any more: ends the thread. Not an `Exception`, so that nothing takes it."""


class Work(Generic[T]):
    """One piece of work in a thread.

    `limit` is in seconds and holds for each call; a call within `asking` may take as long as the
    person is waited for. `is_mute` says that a call which opens no window did not return in time.
    """

    def __init__(self, limit: float, patience: Patience) -> None:
        self._limit = limit
        self._patience = patience
        self._lock = Lock()
        self._deadline = time.monotonic() + limit
        self._asking_since: float | None = None
        self._is_abandoned = False
        self._is_changing = False
        self.is_mute = False
        self._done = Event()
        self._result: list[T] = []
        self._failure: BaseException | None = None

    def step(self) -> None:
        """Say, in the thread, that another call begins. Raises `Abandoned`."""
        with self._lock:
            if self._is_abandoned:
                raise Abandoned
            self._deadline = time.monotonic() + self._limit

    @contextmanager
    def asking(self) -> Iterator[None]:
        """The next call may open a window. Raises `StoreTimeout` where another one is open."""
        self.step()
        if not _ONE_WINDOW.acquire(timeout=self._limit / 2):
            raise _another_window()
        try:
            self.step()
            with self._lock:
                self._asking_since = time.monotonic()
            yield
        finally:
            _ONE_WINDOW.release()
            with self._lock:
                self._asking_since = None
                self._deadline = time.monotonic() + self._limit

    @contextmanager
    def quiet(self) -> Iterator[bool]:
        """Whether no window may open now; False where one is open for another piece of work."""
        self.step()
        is_quiet = _ONE_WINDOW.acquire(timeout=self._limit / 2)
        try:
            yield is_quiet
        finally:
            if is_quiet:
                _ONE_WINDOW.release()

    def changing(self) -> None:
        """Say that from now on something may have changed. Raises `Abandoned`."""
        self.step()
        with self._lock:
            self._is_changing = True

    def run(self, do: Callable[[], T]) -> T:
        """Do it in a thread and wait for it.

        Raises what it raises, `StoreTimeout`, and `OutcomeUnknown` where it was changing something.
        """
        Thread(target=self._work, args=(do,), name="keychain", daemon=True).start()
        try:
            while not self._done.wait(_SLICE):
                self._look()
        except BaseException:
            with self._lock:
                self._is_abandoned = True
            raise
        finally:
            self._patience.end()
        if self._failure is not None:
            raise self._failure
        return self._result[0]

    def _work(self, do: Callable[[], T]) -> None:
        try:
            self._result.append(do())
        except BaseException as failure:  # noqa: BLE001  # whoever waits raises it
            self._failure = failure
        finally:
            self._done.set()

    def _look(self) -> None:
        """Raises where the wait is over; the thread then makes no further call."""
        now = time.monotonic()
        with self._lock:
            since = self._asking_since
            if since is None:
                if now > self._deadline:
                    self.is_mute = not is_a_window_open()
                    self._is_abandoned = True
                    raise self._timeout()
                return
            if self._patience.is_cancelled or now > since + self._patience.limit:
                self._is_abandoned = True
                raise StoreTimeout(
                    "Nobody answered the window of macOS: the keychain handed out nothing",
                    "Close the window if it is still open, and try again",
                )
        if now > since + _A_WINDOW:
            self._patience.begin()

    def _timeout(self) -> AuthuiError:
        if self._is_changing:
            return OutcomeUnknown(
                "The keychain did not say whether it made the change",
                "Look again before you rely on either",
            )
        if is_a_window_open():  # the framework itself may wait for that one too
            return _another_window()
        return StoreTimeout(
            f"The keychain did not answer within {self._limit:g} s",
            "Look whether macOS shows a window that waits for an answer, and try again",
        )


def _another_window() -> StoreTimeout:
    return StoreTimeout(
        "macOS still waits for your answer in a window that it opened for authui",
        "Answer or close that window first",
    )
