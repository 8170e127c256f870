"""The Secret Service, as far as reading needs it: no call here changes or unlocks anything.

Source: the freedesktop.org Secret Service API, draft 0.2. Where providers differ from it or from
one another, the function that copes says how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from authui.model.errors import StoreError, StoreUnreadable
from authui.model.secret import Secret
from authui.stores.keychain.answers import Collection, Details, Found, NoSecret
from authui.stores.keychain.bus import Bus, Refusal
from authui.stores.keychain.calls import NAME, ROOT, get, get_all, on
from authui.stores.keychain.session import Session

_BATCH: Final = 20
"""Secrets asked for at once: one program per secret is what some providers run."""

_BATCH_WINDOW: Final = 2
_SECRET_WINDOW: Final = 4

_SESSIONS: Final = 4
"""Sessions to try. Of KDE's wallet (kwalletd5 5.103) one in about 220 encrypts with another key
than the one agreed on: those that are doubtful."""


class SecretService:
    """The program behind the session bus that keeps secrets. Every method raises `StoreError`."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._owner: str | None = None
        self._session: Session | None = None
        self._collections: tuple[Collection, ...] | None = None

    @property
    def bus(self) -> Bus:
        """The connection that it speaks over."""
        return self._bus

    def close(self) -> None:
        """End the connection."""
        self._bus.close()

    def ask_anew(self) -> str | None:
        """Forget what is kept; the session too, where another program has taken the name.

        Gives the connection that has the name now, None where none has.
        """
        owner = self._bus.owner(NAME)
        if owner != self._owner:
            self._owner, self._session = owner, None
        self._collections = None
        return owner

    def default_collection(self) -> str | None:
        """What the alias `default` names; None where it names nothing."""
        return self.alias("default")

    def alias(self, name: str) -> str | None:
        """The collection that has this other name; None where none has."""
        message = on(ROOT, "Service", "ReadAlias", "s", name)
        (path,) = self._bus.call(message, "o")
        return None if path == "/" else str(path)

    def collections(self) -> tuple[Collection, ...]:
        """All collections, as they were when they were first asked for."""
        if self._collections is None:
            paths = self._property(ROOT, "Service", "Collections", "ao")
            locked = self.locked(paths, "Collection")
            shut = [path for path in paths if locked.get(path)]
            items = dict(self._properties(shut, "Collection", "Items", "ao"))
            self._collections = tuple(
                Collection(path, bool(locked.get(path)), path in shut and not items.get(path))
                for path in paths
            )
        return self._collections

    def hides_all(self) -> bool:
        """Whether everything is locked and a part of it shows nothing, as KeePassXC does."""
        collections = self.collections()
        return all(c.locked for c in collections) and any(c.hides for c in collections)

    def search(self, attributes: Mapping[str, str]) -> Found:
        """Every item that the provider finds with these attributes, in all collections.

        Where all collections are locked each of them is asked on its own: KeePassXC opens a window
        when the whole service is searched then, and does not answer before somebody closes it.
        """
        collections = self.collections()
        if not collections or not all(collection.locked for collection in collections):
            message = on(ROOT, "Service", "SearchItems", "a{ss}", dict(attributes))
            unlocked, locked = self._bus.call(message, "aoao")
            return Found(tuple(unlocked), tuple(locked))
        messages = [
            on(collection.path, "Collection", "SearchItems", "a{ss}", dict(attributes))
            for collection in collections
        ]
        found: list[str] = []
        for _, reply in self._bus.call_all(messages, "ao"):
            if not isinstance(reply, Refusal):
                found.extend(reply[0])
        return Found((), tuple(found))

    def attributes(self, items: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """The attributes of each item that is still there, one by one as `secrets` does."""
        return self._properties(items, "Item", "Attributes", "a{ss}")

    def details(self, items: Sequence[str]) -> dict[str, Details]:
        """What each item that is still there says about itself."""
        messages = [get_all(path, "Item") for path in items]
        found: dict[str, Details] = {}
        for position, reply in self._bus.call_all(messages, "a{sv}"):
            if isinstance(reply, Refusal):
                continue
            values = {name: value for name, (_, value) in reply[0].items()}
            label = values.get("Label")
            found[items[position]] = Details(
                label if isinstance(label, str) else "",
                _time(values.get("Created")),
                _time(values.get("Modified")),
            )
        return found

    def locked(self, paths: Sequence[str], interface: str) -> dict[str, bool]:
        """Whether each `Item` or `Collection` that is still there is locked now."""
        return dict(self._properties(paths, interface, "Locked", "b"))

    def labels(self, collections: Sequence[str]) -> dict[str, str]:
        """The label of each collection that has one."""
        labels = self._properties(collections, "Collection", "Label", "s")
        return {path: label for path, label in labels if label}

    def secrets(self, items: Sequence[str]) -> Iterator[tuple[str, Secret | NoSecret]]:
        """The secret of each item, or why it gives none, batch by batch.

        An item that the provider leaves out of its answer was deleted or locked meanwhile. One
        such item makes some providers refuse its whole batch: its items are then asked one by one.
        KDE's wallet gives an empty secret where it should say that it is locked. Nothing else may
        be asked before the iterator has ended.
        """
        doubtful: dict[str, Secret | NoSecret] = {}
        for path, secret in self._all_at_once(items):
            if secret:
                yield path, secret
            else:
                doubtful[path] = secret
        yield from self._once_more(doubtful)

    def _all_at_once(self, items: Sequence[str]) -> Iterator[tuple[str, Secret | NoSecret]]:
        """In batches, and one by one what those refuse."""
        if not items:
            return
        session = self.session()
        batches = [items[start : start + _BATCH] for start in range(0, len(items), _BATCH)]
        messages = (
            on(ROOT, "Service", "GetSecrets", "aoo", list(batch), session.path) for batch in batches
        )
        refused: list[str] = []
        for position, reply in self._bus.call_all(messages, "a{o(oayays)}", _BATCH_WINDOW):
            if isinstance(reply, Refusal):
                refused.extend(batches[position])
                continue
            for path in batches[position]:
                yield path, _decrypted(reply[0].get(path), session)
        yield from self._one_by_one(refused, session)

    def _once_more(
        self, doubtful: Mapping[str, Secret | NoSecret]
    ) -> Iterator[tuple[str, Secret | NoSecret]]:
        """What gave nothing: other sessions for what this one garbled; then, is it locked."""
        left = dict(doubtful)
        for _ in range(_SESSIONS - 1):
            garbled = [p for p, why in left.items() if why in (NoSecret.GARBLED, NoSecret.NOT_TEXT)]
            if not garbled:
                break
            self._session = None
            left.update(self._one_by_one(garbled, self.session()))
        locked = self.locked(list(left), "Item")
        for path, secret in left.items():
            yield path, secret if secret or not locked.get(path) else NoSecret.LOCKED

    def _one_by_one(
        self, items: Sequence[str], session: Session
    ) -> Iterator[tuple[str, Secret | NoSecret]]:
        messages = [on(path, "Item", "GetSecret", "o", session.path) for path in items]
        for position, reply in self._bus.call_all(messages, "(oayays)", _SECRET_WINDOW):
            path = items[position]
            if not isinstance(reply, Refusal):
                yield path, _decrypted(reply[0], session)
            elif reply.is_gone:
                yield path, NoSecret.GONE
            else:
                yield path, NoSecret.LOCKED if reply.is_locked else NoSecret.REFUSED

    def session(self) -> Session:
        """The encrypted session, opened once. rattler uses no other kind."""
        if self._session is None:
            self._session = self._open()
        return self._session

    def new_session(self) -> Session:
        """Another session, one that no provider is known to garble."""
        for _ in range(_SESSIONS):
            self._session = self._open()
            if not self._session.is_doubtful:
                break
        return self.session()

    def _open(self) -> Session:
        session = Session()
        message = on(ROOT, "Service", "OpenSession", "sv", *session.offer)
        ((_, reply),) = self._bus.call_all([message], "vo")
        if isinstance(reply, Refusal):
            raise _no_encryption() if reply.is_about_arguments else reply.to_error()
        (signature, key), path = reply
        if signature != "ay":
            raise _no_encryption()
        session.agree(key, path)
        return session

    def _property(self, path: str, interface: str, name: str, signature: str) -> Any:
        for _, value in self._properties([path], interface, name, signature, fatal=True):
            return value
        raise AssertionError("a property that must be there is there or raises")

    def _properties(
        self,
        paths: Sequence[str],
        interface: str,
        name: str,
        signature: str,
        *,
        fatal: bool = False,
    ) -> Iterator[tuple[str, Any]]:
        """One property of each object; an object without it is left out unless that is fatal."""
        messages = (get(path, interface, name) for path in paths)
        for position, reply in self._bus.call_all(messages, "v"):
            if not isinstance(reply, Refusal):
                ((found, value),) = reply
                if found == signature:
                    yield paths[position], value
                    continue
            if fatal:
                raise _refused(reply)


def _decrypted(answer: tuple[str, bytes, bytes, str] | None, session: Session) -> Secret | NoSecret:
    """What a provider's answer holds; an item that the answer leaves out is gone."""
    if answer is None:
        return NoSecret.GONE
    _, salt, cipher, _ = answer
    try:
        secret = session.decrypt(salt, cipher)
    except ValueError:
        return NoSecret.GARBLED
    return NoSecret.NOT_TEXT if secret is None else secret


def _time(value: object) -> int | None:
    """A time; gnome-keyring gives 0 for an item of a locked collection."""
    return value if isinstance(value, int) and value > 0 else None


def _refused(reply: object) -> StoreError:
    if isinstance(reply, Refusal):
        return reply.to_error()
    return StoreUnreadable(
        "The Secret Service has no list of its collections",
        "Which program it is shows: busctl --user status org.freedesktop.secrets",
    )


def _no_encryption() -> StoreUnreadable:
    return StoreUnreadable(
        "The keychain offers no encrypted session: rattler cannot use it, and authui does not",
        "On KDE the package with QCA's plugins is missing (libqca-qt5-2-plugins, libqca-qt6-plugins)",
    )
