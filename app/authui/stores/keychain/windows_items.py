"""What the items of Windows Credential Manager mean to rattler: pure rules over their fields.

Source: rattler's crate windows-native-keyring-store (`cred.rs`, `store.rs`, `utils.rs`), and what
real rattler stored and found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from authui.model.credential import expiry_of, username_of
from authui.model.entry import Answer, Entry, EntryState, Outcome, StoreId
from authui.model.errors import DecodeError
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.model.wire import decode_text
from authui.stores.base import Stored
from authui.stores.keychain.windows_api import GENERIC, SESSION, Record

SERVICE: Final = "rattler"
"""The end of every target of rattler's, after a dot."""

LIMIT: Final = 2560
"""Bytes of UTF-16 that Windows takes for one secret (CRED_MAX_CREDENTIAL_BLOB_SIZE)."""

NAME_LIMIT: Final = 513
"""Bytes of UTF-8 in a name for which rattler asks Windows (CRED_MAX_USERNAME_LENGTH)."""

_KEY: StoreId = "keychain"
_SUFFIX: Final = f".{SERVICE}"
_LONGEST: Final = 32_767

_TYPES: Final = {
    2: "a domain password",
    3: "a domain certificate",
    4: "a domain password that is visible",
    5: "a generic certificate",
    6: "an extended domain credential",
}


def target_of(host: str) -> str:
    """The target under which rattler keeps this host's credential."""
    return host + _SUFFIX


def host_of(target: str) -> str | None:
    """The host of a target, None where it is none of rattler's, not even in other letter case."""
    end = len(target) - len(_SUFFIX)
    return target[:end] if end >= 0 and folded(target[end:]) == _SUFFIX else None


def folded(name: str) -> str:
    """The name with letter case taken away, as nearly as Windows does that."""
    return name.lower()


def key_of(host: str) -> str:
    """The key under which rattler finds what is stored for this host, where they differ in case.

    The hosts of URLs are in lower case; only buckets and paths may be in upper case.
    """
    return host if folded(host).startswith("s3://") else folded(host)


def is_name(host: str) -> bool:
    """Whether rattler can ask Windows for this key: text without NUL, and not too long."""
    try:
        return "\0" not in host and len(host.encode()) <= NAME_LIMIT
    except UnicodeEncodeError:
        return False


def is_target(host: str) -> bool:
    """Whether Windows can hold an item for this key, be it one that rattler never asks for."""
    return "\0" not in host and len(target_of(host).encode("utf-16-le", "surrogatepass")) <= (
        2 * _LONGEST
    )


def blob_of(text: Secret) -> bytes | None:
    """The bytes that rattler stores for a text; None where it is no text."""
    try:
        return text.reveal().encode("utf-16-le")
    except UnicodeEncodeError:
        return None


def text_of(record: Record) -> Secret | None:
    """What an item keeps, as rattler decodes it; None where that is no UTF-16."""
    if record.type != GENERIC:
        return None
    try:
        return Secret(record.blob.decode("utf-16-le"))
    except UnicodeDecodeError:
        return None


def stored(record: Record) -> Stored:
    """What stands in an item. One of another type has the name of its type."""
    return Stored(text_of(record), item_id(record))


def item_id(record: Record) -> str | None:
    """The name of an item among those of its target; None for rattler's own."""
    return None if record.type == GENERIC else f"type-{record.type}"


def answer_of(record: Record) -> Answer:
    """What rattler gets from an item that it found."""
    text = text_of(record)
    why = _why_ignored(record)
    if text is None or why is not None:
        return Answer(Outcome.ERROR, detail=f"rattler ignores it: {why}")
    try:
        credential = decode_text(text)
    except DecodeError as error:
        return Answer(Outcome.ERROR, detail=f"rattler ignores it: {error.message}")
    return Answer(Outcome.HIT, credential)


def entries_of(records: Iterable[Record]) -> tuple[Entry, ...]:
    """The entries of rattler's, one for each key.

    An item of another type is an entry where no generic one has its target, else a remark.
    """
    generic: dict[str, Record] = {}
    others: dict[str, Record] = {}
    for record in records:
        host = host_of(record.target)
        if host is not None:
            kept = generic if record.type == GENERIC else others
            kept.setdefault(folded(host), record)
    entries = [_entry(record, others.get(name)) for name, record in generic.items()]
    entries += [_other(record) for name, record in others.items() if name not in generic]
    return tuple(entries)


def of_other_types(records: Iterable[Record], host: str) -> tuple[Record, ...]:
    """The items with the target of this key that rattler does not see."""
    target = folded(target_of(host))
    return tuple(r for r in records if r.type != GENERIC and folded(r.target) == target)


def misplaced_host(record: Record) -> str | None:
    """The host of an item that Python's keyring stored for the service `rattler`, else None.

    It keeps the item last written under the bare name of the service, and those of other users
    under `<user>@rattler`.
    """
    if record.type != GENERIC:
        return None
    target = folded(record.target)
    if target == SERVICE:
        return record.user or None
    if target.endswith(f"@{SERVICE}"):
        return record.user or record.target[: -len(SERVICE) - 1] or None
    return None


def _entry(record: Record, other: Record | None) -> Entry:
    """The entry of a generic item; only what may be shown of its credential is kept."""
    host = host_of(record.target) or ""
    answer = answer_of(record)
    remarks = [*_remarks(record, host)]
    if other is not None:
        remarks.append(f"Windows also has {_type(other)} of this name, which rattler does not see")
    detail = ". ".join(remarks) or None
    credential = answer.credential
    if not is_name(host):
        detail = "rattler never asks for a name this long, or with characters that are no text"
        return Entry(host, _KEY, None, EntryState.UNREADABLE, detail=detail)
    if credential is None:
        detail = ". ".join([answer.detail or "", *remarks])
        return Entry(key_of(host), _KEY, None, EntryState.UNREADABLE, detail=detail)
    return Entry(
        key_of(host),
        _KEY,
        credential.kind,
        username=username_of(credential),
        expires_at=expiry_of(credential),
        detail=detail,
    )


def _other(record: Record) -> Entry:
    """The entry of an item that only looks like rattler's."""
    detail = f"rattler does not see it: it is {_type(record)}, and rattler uses only generic ones"
    return Entry(
        key_of(host_of(record.target) or ""), _KEY, None, EntryState.UNREADABLE, detail=detail
    )


def _remarks(record: Record, host: str) -> Iterator[str]:
    """What is odd about an item that rattler finds."""
    if not record.target.endswith(_SUFFIX):
        end = printable(record.target[-len(_SUFFIX) :])
        yield f"rattler uses it but does not list it, for its target ends in {end}"
    elif "\n" in host:  # rattler's pattern takes no line break
        yield "rattler does not list it, for its name has a line break"
    if host != folded(host):
        yield (
            f"It is named {printable(mask_url(host))}: Windows takes upper and lower case for the "
            "same, and so rattler does here"
        )
    if record.persist == SESSION:
        yield "It was stored for this session only, and is gone after the logoff"


def _why_ignored(record: Record) -> str | None:
    """Why rattler cannot use the bytes, where there is more to say than that they do not decode."""
    blob = record.blob
    if not blob:
        return "it is empty"
    if b"\0" not in blob and blob.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(b"{"):
        return "it is UTF-8 text, and rattler takes only UTF-16"
    if len(blob) % 2:
        return "its length is odd, so it is no UTF-16 text"
    if blob.startswith(b"\xff\xfe"):
        return "it begins with a byte order mark"
    if blob.endswith(b"\0\0"):
        return "it ends with a NUL character"
    return "it is no UTF-16 text" if text_of(record) is None else None


def _type(record: Record) -> str:
    return _TYPES.get(record.type, f"an item of type {record.type}")
