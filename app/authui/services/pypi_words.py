"""What is said about a request to a PyPI index, in words that a person understands.

None ends in a full stop, and none holds a secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from authui.model.entry import Outcome
from authui.model.errors import StoreError
from authui.model.lookup import Failure, LookupResult, Match
from authui.model.pypi import KeyringCall, PypiSource, PypiStep
from authui.model.request import masked_authorization
from authui.model.secret import Secret
from authui.model.text import lower_first, mask_url, upper_first
from authui.model.uv_credential import read_header
from authui.services.words import StateWords, store_words
from authui.stores.pypi.keyring_program import TIME_LIMIT, KeyringAnswer

if TYPE_CHECKING:
    from authui.services.pypi_search import Searched

PACKAGE: Final = "PACKAGE/"
"""What stands for the name of a package in the URL of its page."""

NO_URL: Final = "it is no URL, and uv stops at that"
SIGNS: Final = "uv signs each request itself"
PYX: Final = "uv first uses what uv auth login keeps for its own registry, which is not read here"
OTHER_USER: Final = "it has another user name than the URL"
SEVERAL: Final = "several entries fit equally well, and uv takes none of them"
SEVERAL_OR_LONGER: Final = (
    "several entries fit equally well: uv takes none of them, unless it comes across the longer "
    "one first"
)
NO_USERNAME: Final = "no user name is known"
DISABLED: Final = "pixi's configuration does not enable it"
EACH_PACKAGE: Final = "its service is the URL of each package's page"
NAME_ONLY: Final = "it comes without a password, which is looked for"
SKIPPED_FOR_USERINFO: Final = "the user name in the URL is a header already"

CLEAR_TEXT: Final = "http:// is not encrypted: the credential crosses the network in clear text"
ENABLE: Final = "pixi config set --global pypi-config.keyring-provider subprocess"

SOURCE_WORDS: Final[dict[PypiSource, str]] = {
    "rattler": "a store of rattler",
    "url": "the URL",
    "provider": "the environment",
    "netrc": "the netrc file",
    "uv": "uv's credentials file",
    "keyring": "the keyring",
}
"""A source in a sentence."""


PLACE_WORDS: Final[dict[PypiSource, str]] = {
    "rattler": "rattler's stores",
    "url": "index URL",
    "provider": "environment",
    "netrc": "netrc file, as uv reads it",
    "uv": "uv's credentials file",
    "keyring": "keyring program",
}
"""The places that are asked, as headings."""


def step_words(step: PypiStep) -> StateWords:
    """What came of one step."""
    match step.outcome:
        case Outcome.HIT:
            return StateWords("there" if step.source == "url" else "answers", "good", "✓")
        case Outcome.MISS:
            return StateWords("not there", "quiet", "·")
        case Outcome.SKIPPED:
            return StateWords("not run" if step.source == "keyring" else "not asked", "quiet", "·")
        case Outcome.LOCKED:
            return StateWords("locked", "warning", "○")
        case Outcome.AMBIGUOUS:
            return StateWords("several, none used", "warning", "✗")
        case Outcome.ERROR:
            return StateWords("not usable", "warning", "✗")


def ignored(failure: StoreError) -> str:
    """Why a file is left out, as a clause."""
    return lower_first(failure.message)


def of_keyring(answer: KeyringAnswer) -> tuple[Outcome, str | None]:
    """What one `keyring get` comes to."""
    match answer.told:
        case "hit":
            return Outcome.HIT, None if answer.password else "its answer is empty"
        case "miss":
            ended = None if answer.status == 1 else f"it ended with status {answer.status}"
            return Outcome.MISS, ended
        case "no-text":
            return Outcome.ERROR, "its answer is not UTF-8, and uv does not use it"
        case "no-program":
            return Outcome.ERROR, "no program named keyring can be run"
        case "timeout":
            return Outcome.ERROR, f"it did not end within {TIME_LIMIT:.0f} s; pixi waits for it"
        case "too-long":
            return Outcome.ERROR, "its answer is longer than 64 KiB"


def not_utf8() -> Failure:
    """That the user information of an index URL ends uv."""
    return Failure(
        None,
        "pixi stops at this index URL: its user information is not UTF-8 where it is "
        "percent-encoded",
        "Write what is before the @ again, each special character as %XX of its UTF-8 bytes",
    )


def no_http(scheme: str) -> Failure:
    """That uv sends nothing to such a URL."""
    return Failure(
        None,
        f"pixi makes no requests to {scheme}: URLs for PyPI packages",
        "An index URL begins with https:// or http://",
    )


def no_header() -> Failure:
    """That what was found fits into no header."""
    return Failure(
        None,
        "The token holds a control character, which no HTTP header can carry: pixi stops",
        "Store the token again without line breaks",
    )


def no_endpoint(name: str) -> Failure:
    """That a variable of the environment ends uv."""
    return Failure(None, f"pixi stops: {name} is no URL", f"Correct or unset {name}")


def found_in(match: Match) -> str:
    """An entry of rattler's stores."""
    return f"{mask_url(match.host)} from {store_words(match.store)}"


def hanging(calls: tuple[KeyringCall, ...]) -> str | None:
    """The reason where the keyring gave no answer that uv's could be told from."""
    if any(call.outcome is Outcome.ERROR for call in calls):
        return "What is sent is not known: the keyring program gives no answer"
    if any(call.outcome is Outcome.SKIPPED for call in calls):
        return "What is sent is not known before the keyring is asked"
    return None


def reason(
    rattler: LookupResult, source: PypiSource | None, header: Secret | None, searched: Searched
) -> str:
    """The answer as one sentence."""
    if not searched.is_known:
        return hanging(searched.calls) or "What is sent is not known: uv has a login of its own"
    if searched.signer is not None:
        return f"uv signs the request itself: the index is below {searched.signer}"
    if source == "rattler":
        return rattler.reason
    first = rattler.request
    if first is not None and first.refresh and rattler.match is not None:
        behind = lower_first(_answer(source, header))
        found = found_in(rattler.match)
        return f"{found}: the OAuth token is refreshed first; if that fails: {behind}"
    return _answer(source, header)


def _answer(source: PypiSource | None, header: Secret | None) -> str:
    if source is None or header is None:
        return "Nothing is sent: neither rattler's stores nor uv have a credential for this index"
    shown = f"Authorization: {masked_authorization(header)}"
    if source != "url":
        return f"{upper_first(SOURCE_WORDS[source])} answers: {shown}"
    if read_header(header).is_complete:
        return f"The user name and password in the URL are sent: {shown}"
    return f"Only the user name in the URL is sent, with no password behind it: {shown}"
