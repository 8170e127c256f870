"""Rules about PyPI indexes, and about conda tokens, which go into the path of a URL.

pixi asks rattler's stores for a PyPI index too, unless its URL names a user; and it asks the
keyring only if it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from authui.model.credential import CondaToken
from authui.model.entry import Entry, EntryState
from authui.model.errors import BadUrl
from authui.model.mirror import find_mirror
from authui.model.registry import find_registry
from authui.model.text import printable
from authui.model.token_text import why_odd_in_path, without_strays
from authui.model.url import Url, parse_url
from authui.services.audit.entry_fixes import by_hand, rewrite_entry
from authui.services.audit.finding import Finding, Fix, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.reach import Holdings
from authui.services.words import host_words, store_words
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.uv_netrc import UvNetrc

_PUBLIC = ("pypi.org", "test.pypi.org", "pypi.python.org", "download.pytorch.org")
"""Hosts of indexes that want no login."""


def _token_in_index(scene: Scene) -> Iterator[Finding]:
    for index, url in _installed_from(scene):
        entry = None if index.username is not None else _winner(scene, url)
        if entry is not None and entry.kind == "CondaToken":
            yield Finding(
                "A20",
                Severity.WARNING,
                f"The conda token for {host_words(entry)} from {store_words(entry.store)} goes "
                f"into the path of the PyPI index {printable(index.shown)} too, which is not there",
                entry.store,
                entry.host,
                subject=printable(index.shown),
                details=(_place(index),),
                hint="Where the server takes a user name and password, store these instead: authui "
                f"set {host_words(entry)} --kind BasicHTTP --store {entry.store}; or write a user "
                "name into the URL of the index, so that rattler's stores are not asked for it",
            )


def _odd_token(scene: Scene) -> Iterator[Finding]:
    for entry in scene.listing.entries:
        if entry.state is not EntryState.ACTIVE or entry.kind not in ("CondaToken", None):
            continue
        credential = scene.credential(entry)
        why = why_odd_in_path(credential.token) if isinstance(credential, CondaToken) else None
        if why is not None and isinstance(credential, CondaToken):
            hand = by_hand(scene, entry)
            fix = None if hand else _cleaned(scene, entry, credential)
            name = host_words(entry)
            yield Finding(
                "A20",
                Severity.WARNING,
                f"The conda token for {name} in {store_words(entry.store)} {why}",
                entry.store,
                entry.host,
                subject="token",
                fix=fix,
                hint=None
                if fix
                else hand
                or "Store it again as its issuer gave it, without the /t/ in front of it: authui "
                f"set {name} --kind CondaToken --store {entry.store}",
            )


def _cleaned(scene: Scene, entry: Entry, credential: CondaToken) -> Fix | None:
    """Take off what stands around the token, if that is all there is to it."""
    token = without_strays(credential.token)
    if token is None or why_odd_in_path(token) is not None:
        return None
    where = f"{host_words(entry)} in {store_words(entry.store)}"
    preview = (
        f"The white space around the conda token for {where} is taken off",
        "What is between stays as it is",
    )
    words = "take off the white space"
    return rewrite_entry(scene, entry, replace(credential, token=token), words, preview)


def _user_in_index(scene: Scene) -> Iterator[Finding]:
    for index, url in _installed_from(scene):
        entry = None if index.username is None and not index.has_password else _winner(scene, url)
        if entry is None or entry.kind == "S3Credentials" or _uv_takes(scene, entry, index, url):
            continue
        answered = index.has_password or scene.pypi.keyring_enabled
        instead = (
            "and its password goes with it"
            if index.has_password
            else "and the keyring is asked for its password"
            if scene.pypi.keyring_enabled
            else "and no keyring is asked for its password, as pixi's configuration enables none"
        )
        yield Finding(
            "A48",
            Severity.INFO if answered else Severity.WARNING,
            f"{host_words(entry)} from {store_words(entry.store)} is not sent to the PyPI index "
            f"{printable(index.shown)}: its URL names a user, {instead}",
            entry.store,
            entry.host,
            subject=printable(index.shown),
            details=(_place(index),),
            hint=f"Leave out what is before the @ in {_file(index)} to have it used"
            + (
                ""
                if answered
                else "; or enable the keyring: pixi config set --global "
                "pypi-config.keyring-provider subprocess"
            ),
        )


def _uv_takes(scene: Scene, entry: Entry, index: IndexUrl, url: Url) -> bool:
    """Whether uv itself reads the entry, for the user that the URL names."""
    here = scene.pypi.environment
    if entry.store != "netrc" or here is None or index.has_password:
        return False
    return UvNetrc(here).find(url.host or "", index.username) is not None


def _nobody_in_index(scene: Scene) -> Iterator[Finding]:
    if not scene.pypi.keyring_enabled:
        return
    for index, url in _installed_from(scene):
        host = url.host or ""
        if index.username is not None or index.has_password or host in _PUBLIC:
            continue
        here = scene.pypi.environment
        if _winner(scene, url) is not None or (here and UvNetrc(here).find(host, None)):
            continue
        registry = find_registry(url)
        username = "USER" if registry is None else registry.username
        if_private = "If the index wants a login, w" if registry is None else "W"
        yield Finding(
            "A49",
            Severity.INFO if registry is None else Severity.WARNING,
            f"The keyring is never asked for the PyPI index {printable(index.shown)}: its URL "
            "names no user, though pixi's configuration enables the keyring",
            subject=printable(index.shown),
            details=(_place(index),),
            hint=f"{if_private}rite {username}@ in front of its host in {_file(index)}",
        )


def _installed_from(scene: Scene) -> Iterator[tuple[IndexUrl, Url]]:
    """The indexes that pixi asks, and the URL at which it does so, if that is a mirror's."""
    if scene.discovery.pixi is None:
        return
    for index in scene.indexes:
        if not index.is_used:
            continue
        try:
            found = find_mirror(index.url.rstrip("/") + "/", scene.pypi.pixi.mirrors)
            url = parse_url(index.url if found is None or found.url is None else found.url)
        except BadUrl:
            continue
        if url.is_http:
            yield index, url


def _winner(scene: Scene, url: Url) -> Entry | None:
    return Holdings(scene.listing, scene.discovery.client, scene.discovery.pixi).winner(url)


def _place(index: IndexUrl) -> str:
    return f"It is named in {_file(index)}"


def _file(index: IndexUrl) -> str:
    line = "" if index.line is None else f":{index.line}"
    return f"{printable(index.origin)}{line}"


RULES: tuple[Rule, ...] = (
    Rule("A20", "a conda token for the host of a PyPI index", _token_in_index),
    Rule("A20", "a conda token that no path can hold", _odd_token),
    Rule("A48", "a user name in an index URL that keeps a credential away", _user_in_index),
    Rule("A49", "an index URL without the user name that the keyring needs", _nobody_in_index),
)
"""In the order of their numbers."""
