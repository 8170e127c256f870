"""Python's `keyring` library: what it keeps for PyPI indexes, listed, read and changed.

Its own functions are called, in a process of its own and within limits; what can be listed is listed
where it lies, by names alone. What is stored under rattler's service is never touched: that is the
conda half's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from authui.model.errors import (
    BadInput,
    NotStored,
    ReadOnly,
    StoreError,
)
from authui.model.secret import Secret
from authui.model.text import mask_url
from authui.model.url import parse_url
from authui.model.uv_url import services_of
from authui.stores.environment import Environment
from authui.stores.patience import Patience
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.python_keyring_backend import Backend, backend_of
from authui.stores.pypi.python_keyring_call import LIMIT, KeyringCall, NotDeleted
from authui.stores.pypi.python_keyring_items import (
    IndexServices,
    KeyringContents,
    KeyringItem,
    in_secret_service,
    in_windows,
    is_rattlers,
    refuse_where_it_asks,
)

if TYPE_CHECKING:
    from authui.stores.keychain.reach import Reach
    from authui.stores.keychain.service import SecretService
    from authui.stores.keychain.windows_api import Record


class PythonKeyring:
    """What `keyring` keeps here. `limit` is in seconds and holds for each of its answers.

    Whatever would open a window of its own accord is refused before; a change may wait for one as
    long as its patience says. Every method blocks and raises `StoreError`. It is used with `with`,
    or closed: that ends the process that was asked.
    """

    def __init__(self, environment: Environment, *, limit: float = LIMIT) -> None:
        self._environment = environment
        self._limit = limit
        self._call = KeyringCall(environment, limit=limit)
        self._backend: Backend | None = None
        self._reach: Reach | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and the connection to the bus."""
        self._call.close()
        if self._reach is not None:
            self._reach.close()

    @property
    def backend(self) -> Backend:
        """The backend that keyring chooses."""
        if self._backend is None:
            self._backend = backend_of(self._call.describe(), self._environment)
        return self._backend

    def contents(self, indexes: Sequence[IndexUrl]) -> KeyringContents:
        """What is stored for indexes: all of it where it can be listed, else for these indexes.

        Raises `StoreError` only where not even the backend is known.
        """
        backend = self.backend
        if backend.failure is not None:
            return KeyringContents(failure=backend.failure)
        known = IndexServices(indexes)
        try:
            return self._contents(backend, known, indexes)
        except StoreError as error:
            return KeyringContents(failure=error)

    def get(
        self, service: str, username: str, *, patience: Patience | None = None
    ) -> Secret | None:
        """The password; None where nothing is stored."""
        self.must_be_ready(service)
        return self._call.get(service, username, patience)

    def set(
        self, service: str, username: str, password: Secret, *, patience: Patience | None = None
    ) -> None:
        """Store a password. Raises `OutcomeUnknown` too, where no answer came."""
        self.must_be_ready(service)
        self._call.set(service, username, password, patience)

    def delete(self, service: str, username: str, *, patience: Patience | None = None) -> None:
        """Delete the first that keyring finds.

        Raises `NotStored` where there is none, `ReadOnly` where the backend cannot delete, and
        `OutcomeUnknown`.
        """
        self.must_be_ready(service)
        try:
            self._call.delete(service, username, patience)
        except NotDeleted:
            is_there = self._call.get(service, username, patience) is not None
        else:
            return
        if is_there:
            raise ReadOnly(
                "This backend of Python's keyring deletes nothing",
                "Delete it with the program that keeps it",
            )
        raise NotStored(
            f"Python's keyring holds nothing for {mask_url(service)} and this user name",
            "authui list --pypi shows what it holds",
        )

    def must_be_ready(self, service: str) -> None:
        """Raise what would keep a service from being asked for without a window.

        That is `StoreError`, and `BadInput` for what is rattler's.
        """
        if is_rattlers(service):
            raise BadInput(
                "What is stored under rattler's service is not for PyPI",
                "authui set and authui remove without --pypi change it",
            )
        backend = self.backend
        if backend.failure is not None:
            raise backend.failure
        if backend.uses_secret_service:
            refuse_where_it_asks(self._secret_service(), backend)
        if "kwallet" in backend.kinds:
            self._refuse_a_closed_wallet()

    @property
    def in_clear(self) -> str | None:
        """The file of the default keyring, where gnome-keyring keeps that in clear text."""
        if not self.backend.uses_secret_service:
            return None
        from authui.stores.keychain.clear_text import ClearText

        clear = ClearText(self._environment)
        clear.ask(self._secret_service())
        return clear.path

    def _contents(
        self, backend: Backend, known: IndexServices, indexes: Sequence[IndexUrl]
    ) -> KeyringContents:
        contents = KeyringContents()
        if backend.uses_secret_service:
            contents = self._in_secret_service(backend, known)
        elif backend.kind == "windows":
            contents = KeyringContents(in_windows(self._records(), known))
        elif backend.kind == "macos":
            contents = KeyringContents(tuple(self._in_macos(known)))
        if backend.kind in ("secret-service", "libsecret", "windows", "macos"):
            return contents
        if contents.failure is not None:
            return contents  # asked by name, it would open a window
        try:
            asked = tuple(self._asked(backend, indexes))
        except StoreError as error:
            return replace(contents, failure=error)
        held = {(item.service, item.username) for item in contents.items}
        more = tuple(item for item in asked if (item.service, item.username) not in held)
        return replace(contents, items=(*contents.items, *more))

    def _in_secret_service(self, backend: Backend, known: IndexServices) -> KeyringContents:
        from authui.stores.keychain.clear_text import ClearText

        service = self._secret_service()
        failure: StoreError | None = None
        try:
            refuse_where_it_asks(service, backend)
        except StoreError as error:
            failure = error
        clear = ClearText(self._environment)
        clear.ask(service)
        items = in_secret_service(service, backend, known)
        return KeyringContents(items, failure, clear.path, clear.notes)

    def _secret_service(self) -> SecretService:
        from authui.stores.keychain.reach import Reach

        if self._reach is None:
            self._reach = Reach(self._environment, self._limit)
        return self._reach.anew()

    def _records(self) -> tuple[Record, ...]:
        from authui.stores.keychain.windows_api import Refusal, open_api

        try:
            return open_api().enumerate()
        except Refusal as refusal:
            raise refusal.to_reading_error() from None

    def _in_macos(self, known: IndexServices) -> Iterator[KeyringItem]:
        """The names of all items of the services: macOS shows these to anyone."""
        import time

        from authui.stores.keychain.macos_functions import system_function
        from authui.stores.keychain.macos_reach import Reach

        for service in known.named:
            reach = Reach(service.encode(), system_function, self._limit, time.time)
            for account in reach.do(lambda opened: opened.seen(), Patience()).items:
                yield KeyringItem(service, account)

    def _asked(self, backend: Backend, indexes: Sequence[IndexUrl]) -> Iterator[KeyringItem]:
        """What is found when keyring is asked for each index by its names."""
        if "kwallet" in backend.kinds:
            self._refuse_a_closed_wallet()
        for service, username in _questions(indexes):
            found = self._call.find(service, username)
            if found is not None:
                yield KeyringItem(service, found)

    def _refuse_a_closed_wallet(self) -> None:
        """Raise `StoreLocked` where keyring would have KDE's wallet open its window."""
        from authui.stores.pypi.python_keyring_wallet import refuse_if_closed

        refuse_if_closed(self._secret_service().bus)


def _questions(indexes: Sequence[IndexUrl]) -> list[tuple[str, str | None]]:
    asked = (
        (service, index.username)
        for index in indexes
        for service in services_of(parse_url(index.url))
    )
    return list(dict.fromkeys(asked))
