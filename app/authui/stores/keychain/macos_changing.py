"""Changing one item of the keychain: compare, change, look again.

An item that is there is changed in place, as rattler does, so that the programs it trusts stay the
same. In Apple's source (ItemImpl::updateSSGroup) that copies the item's access list; its
*partition list*, a second list of who may read without a window, starts anew with the program that
wrote, whichever that is. So macOS may ask once more when pixi reads what authui changed, as it does
between pixi and rattler-build.

There is no "change it if it still is": between the last look and the change lies one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from authui.model.errors import (
    ChangedMeanwhile,
    ChangeError,
    DecodeError,
    NotStored,
    OutcomeUnknown,
    StoreError,
    StoreLocked,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.model.wire import decode_text
from authui.stores.base import Stored
from authui.stores.keychain.macos_calls import Status
from authui.stores.keychain.macos_items import Opened, Stamp, Visible, to_text
from authui.stores.keychain.macos_status import (
    GONE,
    UNLOCK,
    WOULD_ASK,
    changed,
    refused,
    to_error,
)

_LOOK_AGAIN = "Look again before you rely on either"
_AGAIN = "Try again"


def write(
    opened: Opened, account: bytes, text: Secret, data: bytes, before: Stored | None
) -> Stored:
    """As `WritableStore.write`; `data` is the text in bytes."""
    _must_be_unlocked(opened)
    seen = opened.see(account)
    if (seen is None) is not (before is None):
        raise changed()
    if before is None:
        return _add(opened, account, text, data)
    seen = _compared(opened, account, before)
    if before.text == text:
        return opened.stamped(text, seen)
    with opened.find(account) as item:
        if item is None or not opened.look(item).is_as(seen):
            raise changed()
        opened.work.changing()
        failure = _failure_of(opened.calls.modify, item, data)
    if failure is not None:
        _unchanged(opened, account, seen, failure)
    return opened.stamped(text, _replaced(opened, account, data, before, seen))


def delete(opened: Opened, account: bytes, before: Stored | None) -> None:
    """As `WritableStore.delete`."""
    _must_be_unlocked(opened)
    seen = opened.see(account)
    if seen is None:
        if before is not None:
            raise changed()
        raise NotStored("Nothing is stored under this pattern", "authui list shows what is")
    if before is not None:
        seen = _compared(opened, account, before)
    with opened.find(account) as item:
        if item is None or not opened.look(item).is_as(seen):
            raise changed()
        opened.work.changing()
        failure = _failure_of(opened.calls.delete, item)
    if failure is not None:
        _unchanged(opened, account, seen, failure)
    with _after_a_change():
        left = opened.see(account)
    if left is None:
        return
    if left.is_as(seen):
        raise WriteFailed("The keychain said that it deleted it, but it is still there", _AGAIN)
    raise OutcomeUnknown("Another program stored something there at the same moment", _LOOK_AGAIN)


def _add(opened: Opened, account: bytes, text: Secret, data: bytes) -> Stored:
    """Make a new item; the label and the list of trusted programs are what rattler's get."""
    opened.work.changing()
    try:
        opened.add(account, data)
    except Status as status:
        _unchanged(opened, account, None, status)
    seen, now = _looked_at(opened, account)
    if now is not None and now != data:
        raise _others(now)
    return opened.stamped(text, seen)


def _failure_of(do: Callable[..., None], *arguments: Any) -> Status | None:
    """Make the call that changes something; how it failed, if it did."""
    try:
        do(*arguments)
    except Status as status:
        return status
    return None


def _replaced(opened: Opened, account: bytes, data: bytes, before: Stored, old: Visible) -> Visible:
    """See that the item keeps what it was given, as far as that can be seen without a window.

    What another program stored macOS hands out only after asking, and it would ask a second time
    for one change. There its word is believed where the dates bear it out: it is the same item, and
    its last change is not older than what was replaced. The change is one transaction of the
    keychain's database (ItemImpl::updateSSGroup), which reports a failure and then is undone.
    """
    seen, now = _looked_at(opened, account)
    if now is None:
        if seen.created != old.created or seen.modified < old.modified:
            raise OutcomeUnknown(
                "Another program changed it in the keychain at the same moment", _LOOK_AGAIN
            )
        return seen
    if now == data:
        return seen
    if before.text is not None and to_text(now) == before.text:
        raise WriteFailed(
            "The keychain did not store what it was given: the old still stands there"
        )
    raise _others(now)


def _looked_at(opened: Opened, account: bytes) -> tuple[Visible, bytes | None]:
    """An item after a change, and its secret where macOS hands it out without a window."""
    with _after_a_change():
        try:
            reading = opened.read(account, may_ask=False)
        except Status as status:
            if status.code not in WOULD_ASK:
                raise
            found, data = opened.see(account), None
        else:
            found, data = (None, None) if reading is None else reading
    if found is None:
        raise OutcomeUnknown(
            "The keychain said that it stored it, but it is not there", _LOOK_AGAIN
        )
    return found, data


def _others(data: bytes) -> ChangedMeanwhile | OutcomeUnknown:
    """What stands there is not what was stored."""
    text = to_text(data)
    try:
        if text is not None:
            decode_text(text)
            return ChangedMeanwhile(
                "Another program stored something else there at the same moment",
                "Look at it again",
            )
    except DecodeError:
        pass
    return OutcomeUnknown("The keychain keeps something else than it was given", _LOOK_AGAIN)


def _compared(opened: Opened, account: bytes, before: Stored) -> Visible:
    """The item, once it is known to hold what `before` says.

    Its dates tell that where it was read by authui and not changed since; else it is read again,
    for which macOS may ask.
    """
    stamp = Stamp.parse(before.item)
    seen = opened.see(account)
    if seen is not None and stamp is not None and stamp.proves(seen):
        return seen
    try:
        reading = opened.read(account, may_ask=True)
    except Status as status:
        raise to_error(status) from None
    if reading is None or Stored(to_text(reading.data)) != Stored(before.text):
        raise changed()
    return reading.found


def _unchanged(opened: Opened, account: bytes, seen: Visible | None, status: Status) -> NoReturn:
    """A change failed. Raises `OutcomeUnknown` unless all is as it was."""
    with _after_a_change():
        now = opened.see(account)
    if seen is None and now is None:
        raise refused(status)
    if (now is not None and seen is not None and now.is_as(seen)) or status.code in GONE:
        raise refused(status)
    failure = refused(status)
    if seen is None and isinstance(failure, ChangedMeanwhile):
        raise failure
    raise OutcomeUnknown(
        f"Nobody can say what the keychain holds now: {failure.message}", _LOOK_AGAIN
    )


def _must_be_unlocked(opened: Opened) -> None:
    if not opened.is_unlocked:
        raise StoreLocked("The macOS keychain is locked: nothing was changed", UNLOCK)


@contextmanager
def _after_a_change() -> Iterator[None]:
    """Once something may have changed, a failure does not mean that nothing did."""
    try:
        yield
    except (Status, StoreError, ChangeError) as error:
        failure = to_error(error) if isinstance(error, Status) else error
        raise OutcomeUnknown(
            f"Nobody can say what the keychain holds now: {failure.message}", _LOOK_AGAIN
        ) from None
