"""What rattler makes of an item, and what is told of one that was not read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from authui.model.credential import expiry_of, username_of
from authui.model.entry import Answer, Entry, EntryState, Outcome, StoreId, StoreListing
from authui.model.errors import DecodeError, StoreError, StoreLocked, StoreState
from authui.model.secret import Secret
from authui.model.wire import decode_text
from authui.stores.keychain.macos_items import Seen, Visible
from authui.stores.keychain.macos_status import locked

NOT_READ: Final = "It is not read yet"
LOCKED: Final = (
    "It is locked: macOS asks for the keychain's password when rattler wants it, or gives nothing "
    "where it has no window"
)
_NO_ACCOUNT: Final = "It names no account: rattler never asks for it"
_NO_TEXT_NAME: Final = "Its account is not UTF-8 text: rattler never asks for it"
_KEY: StoreId = "keychain"


def answer_of(text: Secret | None) -> Answer:
    """What rattler gets from an item that holds this; None stands for bytes that are no text."""
    if text is None:
        return Answer(Outcome.ERROR, detail="rattler ignores it: its secret is not UTF-8 text")
    try:
        return Answer(Outcome.HIT, decode_text(text))
    except DecodeError as error:
        return Answer(Outcome.ERROR, detail=f"rattler ignores it: {error.message}")


def failed(failure: StoreError) -> Answer:
    """What a key gets where the keychain gave nothing: also nothing may be the whole truth."""
    if isinstance(failure, StoreLocked):
        outcome = Outcome.LOCKED
    else:
        outcome = Outcome.MISS if failure.state.is_answer else Outcome.ERROR
    return Answer(outcome, detail=failure.message, failure=failure)


def entry_of(found: Visible, answer: Answer | None, *, is_locked: bool) -> Entry | None:
    """The entry of an item, with what was answered for it if it was asked for; None if it is gone."""
    host = found.host
    if not host:
        detail = _NO_TEXT_NAME if host is None else _NO_ACCOUNT
        return Entry(host, _KEY, state=EntryState.UNREADABLE, detail=detail)
    if answer is None and is_locked:
        return Entry(host, _KEY, state=EntryState.LOCKED, detail=LOCKED)
    if answer is None:
        return Entry(host, _KEY)
    if (
        answer.failure is not None
    ):  # rattler is another program: macOS may give it what it kept here
        return Entry(host, _KEY, detail=f"Not read: {answer.detail}")
    if answer.outcome is Outcome.MISS:
        return None
    credential = answer.credential
    if credential is None:
        locked = answer.outcome is Outcome.LOCKED
        state = EntryState.LOCKED if locked else EntryState.UNREADABLE
        return Entry(host, _KEY, state=state, detail=answer.detail)
    return Entry(
        host,
        _KEY,
        credential.kind,
        username=username_of(credential),
        expires_at=expiry_of(credential),
    )


def listing_of(seen: Seen, known: Mapping[str, Answer | None]) -> StoreListing:
    """The listing of what was seen, with what is known of each host's item."""
    entries = [
        entry_of(seen.items[host], known[host], is_locked=not seen.is_unlocked)
        for host in sorted(seen.items)
    ]
    entries += [entry_of(one, None, is_locked=False) for one in seen.others]
    hidden = 0 if seen.is_unlocked else sum(answer is None for answer in known.values())
    failure = locked() if hidden else None
    return StoreListing(
        StoreState.OK if failure is None else failure.state,
        tuple(entry for entry in entries if entry is not None),
        failure,
        hidden,
    )
