"""A keychain in memory that works, but for what a test tells it to do wrong.

It has encrypted sessions, one lasting collection and one that lies in memory, and it may give
prompts. It is for what real providers do only now and then, or only when somebody is quick.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import (  # type: ignore[import-untyped]
    DBusConnection,
    Proxy,
    open_dbus_connection,
)
from secretstorage.dhcrypto import Session as Exchange

from tests.support.closing import Closing
from tests.support.secret_service_client import BUS_NAME, PREFIX, ROOT

LASTING = f"{ROOT}/collection/lasting"
MEMORY = f"{ROOT}/collection/memory"
PROMPT = f"{ROOT}/prompt/1"

Fault = Literal[
    "silent", "mute", "leave", "lie", "garble", "lock", "lock-first", "refuse", "prompt",
    "no-path", "done-no-path",
]  # fmt: skip
"""What goes wrong with one call of a member.

`silent`: not done, never answered. `mute`: done, never answered. `leave`: done, then the program
ends. `lie`: answered, not done. `garble`: done with other bytes. `lock`: done, then locked.
`lock-first`: locked, then answered as if it were done, as KDE's wallet does. `refuse`: an error.
`no-path`, `done-no-path`: not done or done, and the error that KDE's wallet gives now and then.
`prompt`: left to a prompt.
"""
Ending = Literal["never", "dismissed", "done", "done when dismissed", "nothing"]
"""How a prompt ends: `nothing` is done, without having done anything."""


@dataclass
class Kept:
    attributes: dict[str, str]
    secret: bytes
    label: str = "an item"
    content_type: str = ""


@dataclass
class Plan:
    """What is to go wrong: faults of the next calls of each member, one by one."""

    faults: dict[str, list[Fault]] = field(default_factory=dict)
    ending: Ending = "done"
    default: str = LASTING
    then: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What else happens right after the next call of a member."""


class OddKeychain(Closing):
    """Served by a thread of the test until it is closed. `calls` are the members that came."""

    def __init__(self, address: str, plan: Plan | None = None) -> None:
        self.plan = plan or Plan()
        self.items: dict[str, Kept] = {}
        self.locked: set[str] = set()
        self.calls: list[str] = []
        self._number = 0
        self._sessions: dict[str, Exchange] = {}
        self._prompted: Callable[[], Any] | None = None
        self._stop = threading.Event()
        self._connection: DBusConnection = open_dbus_connection(address)
        Proxy(message_bus, self._connection, timeout=10).RequestName(BUS_NAME)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Leave the bus."""
        self._stop.set()
        self._thread.join(10)
        self._connection.close()

    def put(self, host: str, secret: str | bytes, collection: str = LASTING) -> str:
        """An item as rattler makes it; its path."""
        data = secret.encode() if isinstance(secret, str) else secret
        return self._add(collection, {"service": "rattler", "username": host}, data)

    def secrets(self, host: str) -> list[str]:
        """What the items of a host hold."""
        kept = [item for item in self.items.values() if item.attributes["username"] == host]
        return [item.secret.decode() for item in kept]

    def _add(self, collection: str, attributes: Mapping[str, str], data: bytes, *more: str) -> str:
        self._number += 1
        path = f"{collection}/{self._number}"
        self.items[path] = Kept(dict(attributes), data, *more)
        return path

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                message = self._connection.receive(timeout=0.05)
                if message.header.message_type is not MessageType.method_call:
                    continue
                member = message.header.fields[HeaderFields.member]
                self.calls.append(member)
                if not self._answer(message, member):
                    self._connection.sock.close()
                    return
            except TimeoutError:
                continue
            except ConnectionError:  # the bus has ended
                return

    def _answer(self, message: Message, member: str) -> bool:
        """Answer a call, or not. False where the program is to end."""
        path = str(message.header.fields[HeaderFields.path])
        faults = self.plan.faults.get(member, [])
        fault = faults.pop(0) if faults else None
        if fault == "silent":
            return True
        reply = self._reply(message, path, member, fault)
        if fault == "lock":
            self._lock(path)
        self.plan.then.pop(member, lambda: None)()
        if fault == "leave":
            return False
        if fault != "mute":
            self._connection.send(reply)
            if member in ("Prompt", "Dismiss"):
                self._finish(dismissed=member == "Dismiss")
        return True

    def _reply(self, message: Message, path: str, member: str, fault: Fault | None) -> Message:
        if fault == "refuse":
            return new_error(message, PREFIX + "Error.NoSession")
        if fault in ("no-path", "done-no-path"):
            if fault == "done-no-path":
                self._change(path, member, message.body, None)
            return new_error(message, "org.qtproject.QtDBus.Error.InvalidObjectPath")
        if fault == "lock-first":
            self._lock(path)
        try:
            answer = (
                self._about_service(path, member, message.body)
                or self._about_secrets(path, member, message.body)
                or self._change(path, member, message.body, fault)
            )
        except KeyError:
            return new_error(message, PREFIX + "Error.NoSuchObject")
        except PermissionError:
            return new_error(message, PREFIX + "Error.IsLocked")
        return new_method_return(message, *answer)

    def _lock(self, path: str) -> None:
        self.locked.add(self._collection(path))

    def _collection(self, path: str) -> str:
        return next((c for c in (LASTING, MEMORY) if path.startswith(c)), path)

    def _is_locked(self, path: str) -> bool:
        return self._collection(path) in self.locked or path in self.locked

    def _finish(self, *, dismissed: bool = False) -> None:
        """End the prompt, if it is to end now."""
        ending = self.plan.ending
        if ending == "never" or (ending == "done when dismissed" and not dismissed):
            return
        result: Any = ("s", "")
        if ending.startswith("done") and self._prompted is not None:
            result = self._prompted()
        is_no = ending == "dismissed" or dismissed
        where = DBusAddress(PROMPT, interface=PREFIX + "Prompt")
        self._connection.send(new_signal(where, "Completed", "bv", (is_no, result)))

    def _about_service(self, path: str, member: str, body: Any) -> tuple[str | None, Any] | None:
        match member, body:
            case "ReadAlias", ("default",):
                return "o", (self.plan.default,)
            case "ReadAlias", (name,):
                return "o", (MEMORY if name == "session" else "/",)
            case "SearchItems", (wanted,):
                found = [p for p, k in self.items.items() if wanted.items() <= k.attributes.items()]
                if path != ROOT:
                    return "ao", ([p for p in found if p.startswith(path)],)
                locked = [p for p in found if self._is_locked(p)]
                return "aoao", ([p for p in found if p not in locked], locked)
            case "OpenSession", (_, (_, key)):
                exchange = Exchange()
                exchange.set_server_public_key(int.from_bytes(key, "big"))
                name = f"{ROOT}/session/{len(self._sessions)}"
                self._sessions[name] = exchange
                return "vo", (("ay", exchange.my_public_key.to_bytes(128, "big")), name)
            case "Unlock", (paths,):
                self._prompted = lambda: ("ao", self._unlock(paths))
                return "aoo", ([], PROMPT)
            case (("Prompt" | "Dismiss"), _):
                return None, ()
        return None

    def _about_secrets(self, path: str, member: str, body: Any) -> tuple[str | None, Any] | None:
        match member, body:
            case "Get", (_, name):
                return "v", (self._properties(path)[name],)
            case "GetAll", _:
                return "a{sv}", (self._properties(path),)
            case "GetSecret", (session,):
                if self._is_locked(path):
                    raise PermissionError
                return "(oayays)", (self._encrypted(session, self.items[path]),)
            case "GetSecrets", (paths, session):
                shown = [p for p in paths if not self._is_locked(p)]
                secrets = {p: self._encrypted(session, self.items[p]) for p in shown}
                return "a{o(oayays)}", (secrets,)
        return None

    def _change(
        self, path: str, member: str, body: Any, fault: Fault | None
    ) -> tuple[str | None, Any]:
        match member, body:
            case "SetSecret", (secret,):
                kept = self.items[path]
                if fault not in ("lie", "lock-first"):
                    kept.secret = self._decrypted(secret)
                    kept.content_type = secret[3]
                if fault == "garble":
                    kept.secret = kept.secret[::-1]
                return None, ()
            case "CreateItem", (properties, secret, False):
                if self._is_locked(path):
                    raise PermissionError
                return "oo", self._create(path, properties, secret, fault)
            case "Delete", _:
                if fault == "prompt":
                    self._prompted = lambda: ("s", self.items.pop(path).label)
                    return "o", (PROMPT,)
                if fault != "lie":
                    del self.items[path]
                return "o", ("/",)
        raise KeyError(member)

    def _create(
        self, path: str, properties: Any, secret: Any, fault: Fault | None
    ) -> tuple[str, str]:
        attributes = properties[PREFIX + "Item.Attributes"][1]
        label = properties[PREFIX + "Item.Label"][1]
        data = self._decrypted(secret)
        if fault == "prompt":
            self._prompted = lambda: ("o", self._add(path, attributes, data, label, secret[3]))
            return "/", PROMPT
        if fault == "lie":
            return f"{path}/none", "/"
        data = data[::-1] if fault == "garble" else data
        return self._add(path, attributes, data, label, secret[3]), "/"

    def _unlock(self, paths: list[str]) -> list[str]:
        self.locked.difference_update(paths)
        return paths

    def _properties(self, path: str) -> dict[str, tuple[str, Any]]:
        if path == ROOT:
            return {"Collections": ("ao", [LASTING, MEMORY])}
        locked = ("b", self._is_locked(path))
        if path in (LASTING, MEMORY):
            inside = [item for item in self.items if item.startswith(path)]
            return {"Locked": locked, "Items": ("ao", inside), "Label": ("s", "Odd")}
        return {
            "Locked": locked,
            "Attributes": ("a{ss}", self.items[path].attributes),
            "Label": ("s", self.items[path].label),
            "Created": ("t", 1),
            "Modified": ("t", 2),
        }

    def _cipher(self, session: str, salt: bytes) -> Cipher[modes.CBC]:
        key = self._sessions[session].aes_key
        assert key is not None
        return Cipher(algorithms.AES(key), modes.CBC(salt))

    def _encrypted(self, session: str, kept: Kept) -> tuple[str, bytes, bytes, str]:
        salt = os.urandom(16)
        padding = 16 - len(kept.secret) % 16
        encryptor = self._cipher(session, salt).encryptor()
        data = encryptor.update(kept.secret + bytes((padding,)) * padding)
        return session, salt, data, "text/plain"

    def _decrypted(self, secret: Any) -> bytes:
        session, salt, data, _ = secret
        padded = self._cipher(session, salt).decryptor().update(data)
        return padded[: -padded[-1]]
