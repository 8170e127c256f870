"""The answer of a lookup in sentences that a person understands.

One sentence is the reason; notes are what else there is to know. None ends in a full stop, and none
holds a secret.
"""

from __future__ import annotations

from collections.abc import Sequence

from authui.model.credential import CondaToken, Credential, Kind, OAuth, S3Credentials
from authui.model.entry import Outcome
from authui.model.errors import StoreError, StoreState
from authui.model.lookup import Client, Failure, Match, Request, Step
from authui.model.mirror import Mirrored
from authui.model.text import mask_url, upper_first
from authui.model.url import Url
from authui.services.asking import will_ask
from authui.services.words import KIND_WORDS, count, store_words
from authui.stores.abilities import AsksForEach
from authui.stores.base import Store, StoreInfo

_RATTLER_WAITS = 2
"""Seconds that rattler waits for a keychain that does not answer, for each key."""

OFFLINE = "pixi's configuration says offline = true: this is what it sends with --offline=false"
"""That pixi is told to make no requests at all."""


def rewritten(asked: Url, found: Mirrored) -> str:
    """What the mirrors make of a URL: where it goes instead, and in which order if that fails."""
    note = f"pixi's [mirrors] send this request for {asked.masked} to {mask_url(found.url or '')}"
    if not found.fallbacks:
        return note
    others = ", then ".join(mask_url(text) for text in found.fallbacks)
    return f"{note}; if that fails, to {count(len(found.fallbacks), 'other mirror')}: {others}"


def no_mirror() -> Failure:
    """That pixi is told of mirrors and given none."""
    return Failure(
        None,
        "pixi makes no request: its [mirrors] name this URL with an empty list",
        "Add a mirror to the list, or remove the line",
    )


def blocked(info: StoreInfo, failure: StoreError) -> Failure:
    """That a file stops every rattler tool."""
    return Failure(
        info.id,
        f"Rattler-based tools stop at {info.location}: {failure.message}",
        failure.hint,
    )


def not_s3(match: Match, kind: Kind, client: Client) -> Failure:
    """That an `s3://` URL is answered by a credential that cannot sign."""
    return Failure(
        None,
        f"{mask_url(match.host)} in {store_words(match.store)} is a {KIND_WORDS[kind]}: "
        f"{client} makes no request, since only S3 credentials can sign one to s3://",
        "Store S3 credentials for the bucket, or rename the entry",
    )


def of_unasked(url: Url, answer: Request | Failure) -> str:
    """The reason where no store was asked."""
    if isinstance(answer, Failure):
        return answer.message
    if answer.authorization is not None:
        return (
            f"The user name in the URL is sent: {_header(answer)}; no store is asked, "
            "since the request has its header already"
        )
    if url.scheme == "gcs":
        return "No store is asked: gcs:// uses Google's application default credentials"
    if url.scheme == "s3":
        return (
            f"No store is asked: pixi's configuration has no [s3-options.{url.host}], "
            "so AWS's own credentials are used"
        )
    return "No store is asked: pixi talks to oci:// registries without stored credentials"


def of_result(
    url: Url,
    match: Match | None,
    credential: Credential | None,
    answer: Request | Failure | None,
    steps: Sequence[Step],
) -> str:
    """The reason after the stores were asked; `answer` is None where the match was not read."""
    if isinstance(answer, Failure):
        return answer.message
    if match is None:
        return _nothing(url, steps)
    found = f"{mask_url(match.host)} from {store_words(match.store)}"
    if answer is None or match.kind is None:
        return f"{found} answers, but what it holds is not read yet"
    kind = KIND_WORDS[match.kind]
    if isinstance(credential, S3Credentials):
        if url.scheme == "s3":
            return f"{found} signs the request ({kind})"
        return f"Nothing is sent: {found} is S3 credentials, which only sign s3:// requests"
    if url.scheme == "oci":
        return _oci(found, credential, answer)
    if isinstance(credential, CondaToken):
        return f"{found}: the conda token goes into the path of the URL"
    if answer.refresh:
        return f"{found}: the OAuth token is refreshed first; {_without_refresh(answer)}"
    if answer.authorization is None:
        return f"Nothing is sent: the OAuth token of {found} has expired and has no refresh token"
    return f"{found}: {_header(answer)} ({kind})"


def notes_on(
    url: Url,
    client: Client,
    match: Match | None,
    steps: Sequence[Step],
    stores: Sequence[Store],
) -> tuple[str, ...]:
    """What else there is to know about the answer."""
    notes: list[str] = []
    for store in stores:
        asked = [step for step in steps if step.store == store.info.id]
        ambiguous = [step.host for step in asked if step.outcome is Outcome.AMBIGUOUS]
        if ambiguous and match is not None:
            notes.append(
                f"{upper_first(store_words(store.info))} holds several items for "
                f"{', '.join(ambiguous)}: rattler ignores them all"
            )
        if any(step.outcome is Outcome.LOCKED for step in asked):
            notes.append(
                f"{upper_first(store_words(store.info))} is locked: rattler asks to unlock it and "
                "uses what it then finds; this is what happens if it stays locked"
            )
        notes.extend(_timeout(store, asked))
        if match is not None and match.kind is None and store.info.id == match.store:
            notes.append(will_ask(store.info))
    if url.scheme == "s3" and client != "pixi":
        notes.append(
            f"This holds where the program configures an endpoint for the bucket {url.host}; "
            "otherwise AWS's own credentials are used"
        )
    if url.scheme == "http" and match is not None and match.kind != "S3Credentials":
        notes.append("http:// is not encrypted: the credential crosses the network in clear text")
    return tuple(notes)


def _without_refresh(answer: Request) -> str:
    """What happens if the refresh fails."""
    if answer.only_refreshed:
        return "if that fails, no request is made: no header can hold the old one"
    if answer.authorization is None:
        return "if that fails, nothing is sent: the old one has expired"
    return f"if that fails: {_header(answer)}"


def _header(answer: Request) -> str:
    return f"Authorization: {answer.masked_authorization}"


def _nothing(url: Url, steps: Sequence[Step]) -> str:
    ambiguous = [step for step in steps if step.outcome is Outcome.AMBIGUOUS]
    if ambiguous:
        first = ambiguous[0]
        return (
            f"Nothing is sent: {store_words(first.store)} holds several items for {first.host}, "
            "and rattler then uses none of them"
        )
    if any(step.outcome is Outcome.LOCKED for step in steps):
        return "Nothing is sent while the keychain stays locked: no other store has a pattern"
    if url.scheme == "s3":
        return "No store has a pattern for this bucket: AWS's own credentials are used"
    return "Nothing is sent: no store has a pattern for this host"


def _oci(found: str, credential: Credential | None, answer: Request) -> str:
    if isinstance(credential, CondaToken):
        return f"Nothing usable is sent: {found} is a conda token, which no registry understands"
    if answer.authorization is None:
        return f"Nothing is sent: the OAuth token of {found} has expired"
    if isinstance(credential, OAuth) or answer.masked_authorization is None:
        return f"{found} is sent to the registry as its bearer token"
    if answer.masked_authorization.startswith("Bearer"):
        return f"{found} is sent to the registry as its bearer token"
    return f"{found} is exchanged for a token of the registry, or sent to it where it wants none"


def _timeout(store: Store, asked: Sequence[Step]) -> Sequence[str]:
    keys = sum(step.state is StoreState.TIMEOUT for step in asked)
    if not keys or store.info.id != "keychain" or isinstance(store, AsksForEach):
        return ()
    note = (
        f"The keychain does not answer: rattler waits {_RATTLER_WAITS} s for each of the "
        f"{count(keys, 'key')} it asks, {keys * _RATTLER_WAITS} s in all, then goes on without it"
    )
    return (note,)
