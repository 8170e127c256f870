"""Words for stores, kinds, states and answers, the same on the screen and the command line."""

from __future__ import annotations

import sys
from typing import Literal, NamedTuple, TypeAlias

from authui.model.credential import Kind
from authui.model.entry import Entry, EntryState, Outcome, StoreId
from authui.model.lookup import LookupResult, Step
from authui.model.text import mask_url
from authui.services.asking import is_unread
from authui.stores.base import StoreInfo

Tone: TypeAlias = Literal["plain", "quiet", "good", "warning", "bad"]
"""What a text is to the reader, whatever colour it then gets."""

KIND_WORDS: dict[Kind, str] = {
    "BearerToken": "bearer token",
    "BasicHTTP": "user name and password",
    "CondaToken": "conda token",
    "S3Credentials": "S3 credentials",
    "OAuth": "OAuth token",
}

_KEYCHAIN_WORDS = {"darwin": "the macOS keychain", "win32": "Windows Credential Manager"}

_STORE_WORDS: dict[StoreId, str] = {
    "override-file": "the override file",
    "auth-file": "the file of RATTLER_AUTH_FILE",
    "keychain": _KEYCHAIN_WORDS.get(sys.platform, "the keychain"),
    "file": "the credentials file",
    "netrc": "the netrc file",
}


def store_words(store: StoreInfo | StoreId) -> str:
    """A store in a sentence: "the keychain", where the system has a name for it by that."""
    return _STORE_WORDS[store if isinstance(store, str) else store.id]


def count(number: int, singular: str, plural: str | None = None) -> str:
    """A number with its noun: `count(1, "entry", "entries") == "1 entry"`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def kind_or_none(entry: Entry) -> str:
    """The kind by rattler's name, or that it is not known."""
    return entry.kind or ("not read yet" if is_unread(entry) else "not read")


class StateWords(NamedTuple):
    """A state: its words, and the symbol and tone that go with them."""

    words: str
    tone: Tone
    symbol: str


def state_words(entry: Entry, info: StoreInfo, *, brief: bool = False) -> StateWords:
    """What an entry is worth to rattler. `brief` leaves out what shadows it."""
    match entry.state:
        case EntryState.ACTIVE:
            words = "active, read-only" if info.read_only else "active"
            return StateWords(words, "good", "●")
        case EntryState.SHADOWED:
            words = "shadowed" if brief else f"shadowed by {entry.shadowed_by}"
            return StateWords(words, "quiet", "○")
        case EntryState.AMBIGUOUS:
            return StateWords(f"ambiguous ({len(entry.items)})", "bad", "✗")
        case EntryState.LOCKED:
            return StateWords("locked", "warning", "○")
        case EntryState.NEVER_MATCHES:
            return StateWords("never matches", "bad", "✗")
        case EntryState.UNREADABLE:
            return StateWords("unreadable", "bad", "✗")


def step_words(step: Step) -> StateWords:
    """What a store answered to one key."""
    if step.is_unread:
        return StateWords("found, not read yet", "warning", "?")
    match step.outcome:
        case Outcome.HIT:
            return StateWords("used", "good", "✓")
        case Outcome.MISS:
            return StateWords("not there", "quiet", "·")
        case Outcome.LOCKED:
            return StateWords("locked", "warning", "○")
        case Outcome.AMBIGUOUS:
            return StateWords("several items, none used", "warning", "✗")
        case Outcome.ERROR:
            return StateWords("not usable", "warning", "✗")
        case Outcome.SKIPPED:
            return StateWords("not asked", "quiet", "·")


def time_left(expires_at: float, now: float) -> tuple[Tone, str]:
    """When a token expires, both in seconds since 1970, in the unit that says most."""
    seconds = int(expires_at - now)
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if abs(seconds) >= size:
            amount = count(abs(seconds) // size, unit)
            break
    else:
        return ("warning", "Expires now")
    return (
        ("warning", f"Expired {amount} ago") if seconds < 0 else ("plain", f"Expires in {amount}")
    )


def host_words(entry: Entry) -> str:
    """The pattern of an entry, masked: people have stored whole URLs, password included."""
    return "(name locked)" if entry.host is None else mask_url(entry.host)


def is_sent(result: LookupResult) -> bool:
    """Whether something that authenticates goes out with the request."""
    request, match = result.request, result.match
    if request is None:
        return False
    if request.authorization is not None or request.refresh:
        return True
    # A token in the path shows in no header, and neither does what signs.
    if match is None:
        return False
    if match.kind == "CondaToken":
        return request.url is not None
    return match.kind == "S3Credentials" and result.url.startswith("s3:")
