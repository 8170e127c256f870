"""Changes of Windows Credential Manager, each looked at before and after it was made.

Windows has no step that compares and writes at once: between the last look and the write another
program may store something, which is then replaced. rattler has the same gap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from authui.model.errors import (
    Ambiguous,
    ChangedMeanwhile,
    ChangeError,
    NotStored,
    OutcomeUnknown,
    StoreError,
    WriteFailed,
)
from authui.model.secret import Secret
from authui.stores.base import Stored
from authui.stores.keychain.windows_api import (
    ENTERPRISE,
    GENERIC,
    NOT_FOUND,
    CredentialApi,
    Record,
    Refusal,
)
from authui.stores.keychain.windows_items import (
    LIMIT,
    NAME_LIMIT,
    blob_of,
    is_name,
    is_target,
    item_id,
    of_other_types,
    stored,
    target_of,
    text_of,
)

_AGAIN: Final = "Look at it again"


def records(api: CredentialApi) -> tuple[Record, ...]:
    """Every item that Windows keeps for the person. Raises `StoreError`."""
    try:
        return api.enumerate()
    except Refusal as refusal:
        raise refusal.to_reading_error() from None


def find(api: CredentialApi, target: str, kind: int = GENERIC) -> Record | None:
    """The item of this target and type, None where there is none. Raises `StoreError`."""
    try:
        return api.read(target, kind)
    except Refusal as refusal:
        if refusal.number == NOT_FOUND:
            return None
        raise refusal.to_reading_error() from None


def standing(
    api: CredentialApi,
    host: str,
    item: str | None = None,
    *,
    seen: Callable[[], Iterable[Record]] | None = None,
) -> Record | None:
    """What stands under a key: rattler's item, or where there is none one of another type.

    `seen` gives all items, where they have been listed before: nothing but those of other types is
    taken from it. Raises `StoreError`, and `Ambiguous` where there are several of other types.
    """
    if not is_target(host):
        return None
    own = find(api, target_of(host))
    if own is not None and item is None:
        return own
    others = of_other_types(records(api) if seen is None else seen(), host)
    meant = [record for record in others if item in (None, item_id(record))]
    if len(meant) > 1:
        ids = ", ".join(item_id(record) or "" for record in meant)
        raise Ambiguous(
            f"Windows has {len(meant)} items of this name, and rattler sees none of them",
            f"Say which: {ids}",
        )
    return meant[0] if meant else None


def unfit(host: str, text: Secret) -> str | None:
    """Why Windows, or rattler with it, cannot keep this text under this key, as a clause."""
    blob = blob_of(text)
    if blob is None or "\0" in host:
        return "it holds characters that are no text"
    if not is_name(host):
        return f"its name has more than {NAME_LIMIT} bytes, or characters that are no text"
    if len(blob) > LIMIT:
        return (
            f"it is {len(blob):,} bytes long in UTF-16, and Windows Credential Manager takes "
            f"{LIMIT:,}"
        )
    return None


def write(api: CredentialApi, host: str, text: Secret, before: Stored | None) -> Stored:
    """As `WritableStore.write`, for rattler's own item."""
    now = standing(api, host)
    _must_fit(host, text, now)
    if (None if now is None else stored(now)) != before:
        raise changed()
    if now is not None and now.type == GENERIC:
        old = text_of(now)
        if old is None:
            raise WriteFailed(
                "What stands there would be lost, for it is no text that could be compared",
                "Delete it first, then add the new one",
            )
        if old == text and now.persist == ENTERPRISE and now.target == target_of(host):
            return Stored(text)
    add(api, host, text, now)
    _check(api, host, text, now)
    return Stored(text)


def add(api: CredentialApi, host: str, text: Secret, now: Record | None = None) -> None:
    """Store a text where `now` stands: its user name, comment and alias are kept, as by rattler.

    What came of it is not looked at, unless Windows refused. Raises as `WritableStore.write`.
    """
    _must_fit(host, text, now)
    is_kept = now is not None and now.type == GENERIC
    record = Record(
        target_of(host),
        blob_of(text) or b"",
        user=(now.user or "") if now is not None and is_kept else host,
        comment=(now.comment or "") if now is not None and is_kept else "",
        alias=(now.alias or "") if now is not None and is_kept else "",
    )
    try:
        api.write(record)
    except Refusal as refusal:
        error = refusal.to_change_error()
    else:
        return
    seen = _seen(api, target_of(host), GENERIC)
    if (None if seen is None else text_of(seen)) == text:
        return
    if seen != (now if is_kept else None):
        raise OutcomeUnknown(
            "Windows said that it did not store it, and something else stands there now", _AGAIN
        )
    raise error


def delete(
    api: CredentialApi, host: str, before: Stored | None = None, item: str | None = None
) -> None:
    """As `WritableStore.delete`: rattler's own item, or where there is none one of another type."""
    now = standing(api, host, item)
    if now is None:
        if before is not None or item is not None:
            raise changed()
        raise NotStored("Nothing is stored under this pattern", "authui list shows what is")
    drop(api, now, before)


def drop(api: CredentialApi, now: Record, before: Stored | None) -> None:
    """Delete this item, provided that `before`, where it is given, is what it holds."""
    if before is not None and stored(now) != before:
        raise changed()
    error: StoreError | ChangeError | None = None
    try:
        api.delete(now.target, now.type)
    except Refusal as refusal:
        error = refusal.to_change_error()
    seen = _seen(api, now.target, now.type)
    if seen is None:
        if isinstance(error, NotStored):
            raise error
        return
    raise error or WriteFailed("Windows said that it deleted it, but it is still there", _AGAIN)


def changed() -> ChangedMeanwhile:
    """That something else stands there than was seen."""
    return ChangedMeanwhile("What is stored there has changed since it was read", _AGAIN)


def _must_fit(host: str, text: Secret, now: Record | None) -> None:
    """Raise `WriteFailed` where Windows takes no such thing, and say what is used then."""
    why = unfit(host, text)
    if why is None:
        return
    stays = ""
    if now is not None and now.type == GENERIC:
        stays = ". What is stored there is still there, and rattler goes on using it"
    raise WriteFailed(
        f"Nothing was stored: {why}{stays}",
        "rattler itself would put it into its credentials file, unencrypted, without a word: "
        "name that file with --store file if you want the same",
    )


def _check(api: CredentialApi, host: str, text: Secret, old: Record | None) -> None:
    """See that the text is there. Raises what is to be said where it is not."""
    seen = _seen(api, target_of(host), GENERIC)
    if seen is not None and text_of(seen) == text:
        return
    if seen is None or (old is not None and seen.blob == old.blob):
        raise WriteFailed("Windows said that it stored it, but it is not there", _AGAIN)
    raise ChangedMeanwhile("Another program stored something else there at the same moment", _AGAIN)


def _seen(api: CredentialApi, target: str, kind: int) -> Record | None:
    """What stands there after a change. Raises `OutcomeUnknown` where that cannot be seen."""
    try:
        return find(api, target, kind)
    except StoreError as error:
        raise OutcomeUnknown(
            f"Whether it was changed is not known: {error.message}",
            "Look again before you rely on either",
        ) from None
