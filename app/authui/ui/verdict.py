"""The answer to a URL in words, before any widget shows it."""

from __future__ import annotations

from dataclasses import dataclass

from authui.model.entry import StoreId
from authui.model.errors import BadUrl
from authui.model.lookup import LookupResult
from authui.services.words import Tone, is_sent, store_words
from authui.ui.words import shown


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a URL: a sentence, and what else there is to know."""

    tone: Tone
    sentence: str
    more: tuple[str, ...] = ()


INVITATION = Verdict("quiet", "Type a URL to see which credential is sent, and why")
"""What stands in the place of a verdict while there is no URL."""

READ_IT = "enter goes to it, and x there reads it"
"""How an entry is read whose store asks first."""


def verdict_of(result: LookupResult) -> Verdict:
    """A lookup's answer."""
    more = tuple(shown(note) for note in result.notes)
    if result.failure is not None:
        hint = () if result.failure.hint is None else (shown(result.failure.hint),)
        return Verdict("bad", f"✗ {shown(result.reason)}", hint + more)
    if result.is_unread:
        return Verdict("warning", f"? {shown(result.reason)}", (*more, READ_IT))
    if is_sent(result):
        return Verdict("good", f"✓ {shown(result.reason)}", more)
    return Verdict("warning", f"○ {shown(result.reason)}", more)


def verdict_of_error(error: BadUrl) -> Verdict:
    """What is wrong with a URL, said quietly: it is most likely not finished."""
    return Verdict(
        "quiet", shown(error.message), () if error.hint is None else (shown(error.hint),)
    )


def waiting(pending: tuple[StoreId, ...]) -> Verdict:
    """That a lookup takes longer than a moment."""
    whom = store_words("keychain") if "keychain" in pending else "the stores"
    return Verdict("quiet", f"Waiting for {whom} to answer…")
