"""Rules about what the credentials themselves are.

Beyond the numbers that follow rattler's own behaviour: A54, a token has expired; A55, a token
expires within a week; A56, one secret for several hosts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from authui.model.credential import BearerToken, Credential, OAuth
from authui.model.entry import Entry, EntryState
from authui.model.errors import BadUrl
from authui.model.request import can_stand_in_header, is_expired
from authui.model.secret import Secret
from authui.model.text import lower_first
from authui.model.token_text import jwt_end, without_strays
from authui.model.url import parse_url
from authui.services.audit import clear_requests, shared_secrets
from authui.services.audit.clear_requests import is_loopback
from authui.services.audit.entry_fixes import by_hand, rewrite_entry
from authui.services.audit.finding import Finding, Fix, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.words import KIND_WORDS, host_words, store_words, time_left

SOON: Final = 7 * 86_400
"""Seconds before its end from which a token is reported."""


def _active(scene: Scene) -> Iterator[tuple[Entry, BearerToken | OAuth]]:
    """The entries that are sent and hold a bearer or OAuth token, with it."""
    for entry in scene.listing.entries:
        if entry.state is EntryState.ACTIVE and entry.kind in ("BearerToken", "OAuth", None):
            credential = scene.credential(entry)
            if isinstance(credential, (BearerToken, OAuth)):
                yield entry, credential


def _what(entry: Entry, credential: Credential) -> str:
    """The credential of an entry in a sentence."""
    kind = KIND_WORDS[credential.kind]
    return f"The {kind} for {host_words(entry)} in {store_words(entry.store)}"


def _renew(entry: Entry, credential: Credential) -> str:
    """How a person gets a new one. pixi knows by itself only that prefix.dev offers OAuth."""
    name = host_words(entry).removeprefix("*.")
    if not isinstance(credential, OAuth):
        return (
            "Get a new one and store it: "
            f"authui set {host_words(entry)} --kind {credential.kind} --store {entry.store}"
        )
    known = name == "prefix.dev" or name.endswith(".prefix.dev")
    return f"Log in again: pixi auth login {name}{'' if known else ' --oauth'}"


def _unsendable(scene: Scene) -> Iterator[Finding]:
    for entry, credential in _active(scene):
        if not can_stand_in_header(_token(credential)):
            fix = _strip(scene, entry, credential)
            yield Finding(
                "A6",
                Severity.ERROR,
                f"{_what(entry, credential)} holds a control character, such as a line break, which "
                "no HTTP header can carry: every request to its hosts fails",
                entry.store,
                entry.host,
                fix=fix,
                hint=None if fix else "Store the token again, copied without line breaks",
            )


def _token(credential: BearerToken | OAuth) -> Secret:
    return credential.token if isinstance(credential, BearerToken) else credential.access_token


def _strip(scene: Scene, entry: Entry, credential: BearerToken | OAuth) -> Fix | None:
    """Take off what stands around the token, if that is all there is to it."""
    token = without_strays(_token(credential))
    if token is None or by_hand(scene, entry) is not None:
        return None
    cleaned: Credential
    if isinstance(credential, BearerToken):
        cleaned = replace(credential, token=token)
    else:
        cleaned = replace(credential, access_token=token)
    preview = (
        (
            f"The line breaks and other control characters around the token for {host_words(entry)} "
            f"in {store_words(entry.store)} are taken off"
        ),
        "What is between them stays as it is",
    )
    return rewrite_entry(scene, entry, cleaned, "take off the stray characters", preview)


def _oauth(scene: Scene) -> Iterator[Finding]:
    for entry, credential in _active(scene):
        if isinstance(credential, OAuth):
            what = _what(entry, credential)
            for subject, trouble in _oauth_troubles(credential, scene.now):
                yield Finding(
                    "A23",
                    Severity.WARNING,
                    f"{what} {trouble}",
                    entry.store,
                    entry.host,
                    subject,
                    hint=_renew(entry, credential),
                )


def _oauth_troubles(credential: OAuth, now: float) -> Iterator[tuple[str, str]]:
    """What is wrong with an OAuth login: a name for it, and the end of a sentence."""
    if credential.refresh_token is None and is_expired(credential, now):
        ago = _when(credential.expires_at or 0, now)
        yield "expired", f"{ago} and has no refresh token: rattler goes on without a credential"
    if _is_never_refreshed(credential):
        yield (
            "no-expiry",
            (
                "has a refresh token but no expiry: rattler never refreshes it, and sends it even "
                "after it has ended"
            ),
        )
    if credential.refresh_token is not None and _is_in_clear(credential.token_endpoint):
        yield (
            "token-endpoint",
            (
                "is refreshed at an address that is not https: the refresh token crosses the network "
                "in clear"
            ),
        )
    if credential.revocation_endpoint is not None and _is_in_clear(credential.revocation_endpoint):
        yield (
            "revocation-endpoint",
            "is revoked at an address that is not https: a logout sends its tokens in clear",
        )


def _is_never_refreshed(credential: OAuth) -> bool:
    return credential.refresh_token is not None and credential.expires_at is None


def _is_in_clear(endpoint: str) -> bool:
    """Whether what is sent there can be read on the way."""
    try:
        url = parse_url(endpoint)
    except BadUrl:
        return False  # nothing is sent there
    return url.scheme == "http" and not is_loopback(url)


def _expired(scene: Scene) -> Iterator[Finding]:
    for entry, credential, end in _ends(scene):
        if end <= scene.now:
            yield Finding(
                "A54",
                Severity.WARNING,
                f"{_what(entry, credential)} {_when(end, scene.now)}, as the token itself says: "
                "rattler still sends it, and servers refuse it",
                entry.store,
                entry.host,
                hint=_renew(entry, credential),
            )


def _expires_soon(scene: Scene) -> Iterator[Finding]:
    for entry, credential, end in _ends(scene):
        if scene.now < end <= scene.now + SOON:
            yield Finding(
                "A55",
                Severity.INFO,
                f"{_what(entry, credential)} {_when(end, scene.now)}, and rattler cannot renew it",
                entry.store,
                entry.host,
                hint=_renew(entry, credential),
            )


def _ends(scene: Scene) -> Iterator[tuple[Entry, Credential, int]]:
    """The tokens that end and that rattler does not refresh, but those that A23 reports."""
    for entry, credential in _active(scene):
        if isinstance(credential, OAuth):
            if credential.refresh_token is not None or is_expired(credential, scene.now):
                continue
            end = credential.expires_at
        else:
            end = None
        end = jwt_end(_token(credential)) if end is None else end
        if end is not None:
            yield entry, credential, end


def _when(end: int, now: float) -> str:
    return lower_first(time_left(end, now)[1])


RULES: tuple[Rule, ...] = (
    Rule("A6", "tokens that no header can carry", _unsendable),
    *clear_requests.RULES,
    Rule("A23", "OAuth logins that rattler cannot keep alive", _oauth),
    Rule("A54", "tokens that have expired", _expired),
    Rule("A55", "tokens that expire soon", _expires_soon),
    *shared_secrets.RULES,
)
"""In the order of their numbers, but the last ones."""
