"""A stand-in for the credential API of Windows, for what Wine cannot show.

It keeps items as Microsoft documents it: one for each target and type, letter case aside; at most
2,560 bytes in a secret (else error 1783), 513 characters in a user name (2202), 32,767 in a target
(87; which error Windows gives to the latter two is a guess). A text ends at its first NUL. Wine has none of these limits, refuses nobody, and has no logon session without credentials.
What the other system does to the spelling of a target that is written again is not documented:
Wine takes the new one, and `keeps_spelling` tries the other way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeAlias

from authui.model.credential import Credential
from authui.model.wire import encode_credential
from authui.stores.keychain.windows import CredentialManagerStore
from authui.stores.keychain.windows_api import GENERIC, NOT_FOUND, Record, Refusal

Call: TypeAlias = Literal["enumerate", "read", "write", "delete"]

WORDS = {
    5: "Access is denied.",
    87: "The parameter is incorrect.",
    1004: "Invalid flags.",
    1168: "Element not found.",
    1312: "A specified logon session does not exist. It may already have been terminated.",
    1722: "The RPC server is unavailable.",
    1783: "The stub received bad data.",
    2202: "The specified username is invalid.",
}
"""What Windows says in English to these numbers."""


class FakeCredentials:
    """The four calls over a dictionary.

    `before` and `after` are called around a call, with how often it was made; what they raise is
    what Windows answers. A call in `ignored` is said to be done, and nothing happens.
    """

    def __init__(self, *records: Record, keeps_spelling: bool = False) -> None:
        self.before: dict[Call, Callable[[int], None]] = {}
        self.after: dict[Call, Callable[[int], None]] = {}
        self.ignored: set[Call] = set()
        self.calls: list[Call] = []
        self._keeps_spelling = keeps_spelling
        self._kept: dict[tuple[str, int], Record] = {}
        for record in records:
            self.keep(record)

    def store(self) -> CredentialManagerStore:
        """A store on it that has read nothing yet."""
        return CredentialManagerStore(open_calls=lambda: self)

    def hold(self, host: str, credential: Credential) -> None:
        """Keep a credential as rattler does."""
        self.keep(record_of(host, encode_credential(credential)))

    def keep(self, record: Record) -> None:
        """Keep an item, whatever Windows would say to it."""
        self._kept[record.target.upper(), record.type] = record

    def kept(self, target: str, kind: int = GENERIC) -> Record | None:
        """The item with this target."""
        return self._kept.get((target.partition("\0")[0].upper(), kind))

    def drop(self, target: str, kind: int = GENERIC) -> None:
        """Let it be gone."""
        del self._kept[target.upper(), kind]

    def enumerate(self) -> tuple[Record, ...]:
        """As the protocol."""
        self._begin("enumerate")
        found = tuple(self._kept.values())
        self._end("enumerate")
        return found

    def read(self, target: str, kind: int) -> Record:
        """As the protocol."""
        self._begin("read")
        if len(target) > 32_767:
            raise refused(87)
        found = self.kept(target, kind)
        self._end("read")
        if found is None:
            raise refused(NOT_FOUND)
        return found

    def write(self, record: Record) -> None:
        """As the protocol."""
        self._begin("write")
        if len(record.blob) > 2560:
            raise refused(1783)
        if len(record.user or "") > 513:
            raise refused(2202)
        if not record.target or len(record.target) > 32_767 or record.persist not in (1, 2, 3):
            raise refused(87)
        if "write" not in self.ignored:
            old = self.kept(record.target, record.type)
            if old is not None and self._keeps_spelling:
                record = replace(record, target=old.target)
            self.keep(record)
        self._end("write")

    def delete(self, target: str, kind: int) -> None:
        """As the protocol."""
        self._begin("delete")
        if self.kept(target, kind) is None:
            raise refused(NOT_FOUND)
        if "delete" not in self.ignored:
            self.drop(target, kind)
        self._end("delete")

    def _begin(self, call: Call) -> None:
        self.calls.append(call)
        if call in self.before:
            self.before[call](self.calls.count(call))

    def _end(self, call: Call) -> None:
        if call in self.after:
            self.after[call](self.calls.count(call))


def refused(number: int) -> Refusal:
    """That Windows answers with this error."""
    return Refusal(number, WORDS.get(number, ""))


def record_of(host: str, text: str) -> Record:
    """An item as rattler makes it."""
    return Record(f"{host}.rattler", text.encode("utf-16-le"), host, "", "")
