"""The way to the default keychain: the functions, and each job done within its time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from authui.model.errors import StoreAbsent, StoreTimeout, StoreUnreadable
from authui.stores.keychain.macos_calls import Calls, Status
from authui.stores.keychain.macos_functions import FindFunction, Functions, functions_by
from authui.stores.keychain.macos_items import Opened
from authui.stores.keychain.macos_status import to_error
from authui.stores.keychain.macos_waiting import Work
from authui.stores.patience import Patience

T = TypeVar("T")


class Reach:
    """Does jobs with the default keychain, one at a time.

    `limit` is in seconds and holds for each call that opens no window. Once it has passed, nothing
    more is asked until `forget`.
    """

    def __init__(
        self, service: bytes, find: FindFunction, limit: float, clock: Callable[[], float]
    ) -> None:
        self._service = service
        self._find = find
        self._limit = limit
        self._clock = clock
        self._functions: Functions | None = None
        self._timeout: StoreTimeout | None = None

    @property
    def is_mute(self) -> bool:
        """Whether a call that opens no window did not return in time."""
        return self._timeout is not None

    def forget(self) -> None:
        """Ask again, whatever failed before."""
        self._timeout = None

    def do(self, job: Callable[[Opened], T], patience: Patience) -> T:
        """What the job gives. Raises `StoreError` and what the job raises."""
        if self._timeout is not None:
            raise self._timeout
        functions = self._loaded()
        work: Work[T] = Work(self._limit, patience)

        def do() -> T:
            calls = Calls(functions, work.step)
            try:
                with calls.default_keychain() as keychain:
                    return job(Opened(calls, keychain, self._service, work, self._clock))
            except Status as status:
                raise to_error(status) from None

        try:
            return work.run(do)
        except StoreTimeout as error:
            if work.is_mute:
                self._timeout = error
            raise

    def _loaded(self) -> Functions:
        if self._functions is None:
            try:
                self._functions = functions_by(self._find)
            except OSError:
                raise StoreAbsent(
                    "This system has no macOS keychain", "rattler keeps credentials in its file"
                ) from None
            except AttributeError as error:
                raise StoreUnreadable(
                    "This macOS has another Security framework than authui knows",
                    f"What is missing: {error}",
                ) from None
        return self._functions
