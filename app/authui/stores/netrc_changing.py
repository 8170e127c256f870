"""Changing a netrc file, as a part of its store.

It is written where both grammars of pixi can read it. One that either refuses is left as it is: a
change would not show where the person looks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from authui.model.credential import BasicHTTP
from authui.model.errors import (
    AuthuiError,
    ChangedMeanwhile,
    DecodeError,
    NotStored,
    ReadOnly,
    StoreAbsent,
    StoreCorrupt,
    StoreError,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.text import lower_first, mask_url, printable
from authui.model.wire import decode_text, encode_text
from authui.stores.base import Stored, StoreInfo
from authui.stores.change_file import Edit, change_file
from authui.stores.netrc_edit import (
    UNPLAIN,
    Pair,
    Reading,
    cannot_hold,
    read,
    with_machine,
    without_machine,
)
from authui.stores.pypi.uv_netrc_grammar import DEFAULT
from authui.stores.read_file import read_regular_file

Holds: TypeAlias = Callable[[bytes | None], bool]


class NetrcChanges:
    """What changes the file at `path`. Each method reads it anew."""

    def __init__(self, path: str, info: StoreInfo) -> None:
        self._path = path
        self._info = info

    def read(self, host: str) -> Stored | None:
        """What rattler finds under this name now. Raises `StoreError`, and `ReadOnly`."""
        try:
            text = self._text(read_regular_file(self._path, null_is_empty=True))
        except StoreAbsent:
            return None
        return _standing(read(text), host)

    def write(self, host: str, text: Secret, *, before: Stored | None) -> Stored:
        """Store a user name and a password for a machine. Raises as the protocol says."""
        why = self.cannot_keep(host, text)
        if why is not None:
            raise WriteFailed(f"The netrc file was not changed: {why}", "Choose another store")
        credential = decode_text(text)
        assert isinstance(credential, BasicHTTP)  # noqa: S101  `cannot_keep` looked at it
        wanted = encode_text(credential)
        copies = 1

        def edit(data: bytes | None) -> bytes | None:
            nonlocal copies
            old = self._text(data or b"")
            standing = self._compare(old, host, before)
            copies = 1 if standing is None else standing.copies
            if standing is not None and standing.text == wanted:
                return None
            return with_machine(old, host, credential.username, credential.password).encode()

        def holds(data: bytes | None) -> bool:
            return _standing(read(self._text(data or b"")), host) == Stored(wanted)

        self._change(edit, holds)
        return Stored(wanted, copies=copies)

    def delete(self, host: str, *, before: Stored | None) -> None:
        """Take the machine out, wherever it stands. Raises as the protocol says."""

        def edit(data: bytes | None) -> bytes | None:
            old = self._text(data or b"")
            if _standing(read(old), host) is None:
                raise NotStored(
                    f"{printable(mask_url(host))} is not in {printable(self._info.location)}",
                    "Look again: another program may have taken it away",
                )
            if before is not None:
                self._compare(old, host, before)
            return without_machine(old, host).encode()

        def holds(data: bytes | None) -> bool:
            return _standing(read(self._text(data or b"")), host) is None

        self._change(edit, holds)

    def refusal(self) -> AuthuiError | None:
        """Why nothing can be changed in it: its path, its contents, or its folder."""
        from authui.stores.file_refusals import missing_rights, no_path

        if not self._path:
            return no_path(self._info)
        try:
            self._text(read_regular_file(self._path, null_is_empty=True))
        except StoreAbsent:
            pass
        except (ReadOnly, StoreError) as error:
            return error
        return missing_rights(self._path)

    def cannot_keep(self, host: str, text: Secret) -> str | None:
        """Why a netrc file cannot hold it, as a clause."""
        try:
            credential = decode_text(text)
        except DecodeError:
            return "what is to be stored is no credential"
        if not isinstance(credential, BasicHTTP):
            return "a netrc file holds user names with passwords only"
        if credential.unknown:
            return "it has further fields, for which a netrc file has no place"
        if not host or UNPLAIN.search(host):
            return "the name of a machine holds no white space, quote or backslash"
        if host == DEFAULT:
            return "a machine called default would answer for every host of PyPI requests"
        return cannot_hold(credential.username, credential.password)

    def _text(self, data: bytes) -> str:
        """The file's text. Raises `ReadOnly` where one of the two grammars refuses it."""
        where = printable(self._info.location)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise ReadOnly(
                f"{where} is left as it is: it is not UTF-8", "Save it as UTF-8"
            ) from None
        reading = read(text)
        for reader, refusal in (
            ("rattler", reading.rattler_refusal),
            ("uv, which pixi uses for PyPI,", reading.uv_refusal),
        ):
            if refusal is not None:
                raise ReadOnly(
                    f"{where} is left as it is: {reader} cannot read it: "
                    f"{lower_first(refusal.message)}",
                    f"Mend line {refusal.line} of {where} first: {lower_first(refusal.hint or '')}",
                )
        return text

    def _compare(self, text: str, host: str, before: Stored | None) -> Stored | None:
        """What stands for the machine. Raises `ChangedMeanwhile` where that is not `before`."""
        standing = _standing(read(text), host)
        if standing == before:
            return standing
        name, where = printable(mask_url(host)), printable(self._info.location)
        what = "has meanwhile been changed in"
        if before is None:
            what = "has meanwhile been stored in"
        elif standing is None:
            what = "is no longer in"
        raise ChangedMeanwhile(f"{name} {what} {where}", "Look at it again, then try again")

    def _change(self, edit: Edit, holds: Holds) -> None:
        from authui.stores.file_refusals import no_path

        if not self._path:
            edit(None)
            raise no_path(self._info)

        def still_holds(data: bytes | None) -> bool:
            try:
                return holds(data)
            except ReadOnly as error:  # another program overtook the change, which is made by now
                raise StoreCorrupt(error.message, error.hint) from None

        change_file(self._path, edit, still_holds)


def _standing(reading: Reading, host: str) -> Stored | None:
    pair: Pair | None = (reading.rattler or {}).get(host)
    if pair is None:
        return None
    text = encode_text(BasicHTTP(pair.login, pair.password))
    return Stored(text, copies=reading.times.get(host, 1))
