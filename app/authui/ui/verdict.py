"""The answer to a URL in words, before any widget shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from authui.model.entry import Outcome, StoreId
from authui.model.errors import BadUrl
from authui.model.lookup import LookupResult
from authui.services.words import Tone, is_sent, store_words
from authui.ui.answered import Answered
from authui.ui.words import shown

if TYPE_CHECKING:
    from authui.model.pypi import PypiResult


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a URL: a sentence, and what else there is to know."""

    tone: Tone
    sentence: str
    more: tuple[str, ...] = ()
    said: tuple[tuple[Tone, str], ...] = ()
    """What the server said, where it was asked."""


INVITATION = Verdict("quiet", "Type a URL to see which credential is sent, and why")
"""What stands in the place of a verdict while there is no URL."""

READ_IT = "↓ goes to it, and x there reads it"
"""How an entry is read whose store asks first."""


RUN_IT = "K on the entries runs the keyring program, after a question"
"""How the answer becomes known that hangs on that program."""


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


def verdict_of_answer(answer: Answered) -> Verdict:
    """The answer for the requests that are looked at, and what the server said."""
    index = answer.index
    verdict = verdict_of(answer.found) if index is None else _verdict_of_index(index, answer.advice)
    if answer.probe is None:
        return verdict
    from authui.services.probe import is_good

    tone: Tone = "good" if is_good(answer.probe) else "bad"
    said: list[tuple[Tone, str]] = [(tone, shown(answer.probe.conclusion))]
    if answer.probe.hint is not None:
        said.append(("plain", shown(answer.probe.hint)))
    return replace(verdict, said=tuple(said))


def asking(host: str) -> tuple[tuple[Tone, str], ...]:
    """That a server is being asked."""
    return (("quiet", f"Asking {shown(host)}… esc does not wait for it"),)


def _verdict_of_index(result: PypiResult, advice: tuple[str, ...]) -> Verdict:
    more = tuple(shown(note) for note in (*advice, *result.notes))
    if result.failure is not None:
        hint = () if result.failure.hint is None else (shown(result.failure.hint),)
        return Verdict("bad", f"✗ {shown(result.reason)}", hint + more)
    if result.request is None:
        run = (RUN_IT,) if any(c.outcome is Outcome.SKIPPED for c in result.keyring_calls) else ()
        return Verdict("warning", f"? {shown(result.reason)}", (*run, *more))
    if result.winner is None or _lacks_password(result):
        return Verdict("warning", f"○ {shown(result.reason)}", more)
    return Verdict("good", f"✓ {shown(result.reason)}", more)


def _lacks_password(result: PypiResult) -> bool:
    """Whether only a user name is sent, which no index takes."""
    from authui.model.uv_credential import read_header

    header = None if result.request is None else result.request.authorization
    if header is None:
        return False
    read = read_header(header)
    return read.token is None and read.password is None


def verdict_of_error(error: BadUrl) -> Verdict:
    """What is wrong with a URL, said quietly: it is most likely not finished."""
    return Verdict(
        "quiet", shown(error.message), () if error.hint is None else (shown(error.hint),)
    )


def waiting(pending: tuple[StoreId, ...]) -> Verdict:
    """That a lookup takes longer than a moment."""
    whom = store_words("keychain") if "keychain" in pending else "the stores"
    return Verdict("quiet", f"Waiting for {whom} to answer…")
