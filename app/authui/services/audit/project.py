"""Rules about the files of a project, and the URLs in them and in pixi's configuration."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.errors import BadUrl
from authui.model.mirror import find_mirror
from authui.model.text import printable
from authui.model.url import Url
from authui.services.audit.clear_requests import is_loopback
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.reach import Holdings
from authui.services.words import host_words, store_words
from authui.stores.file_facts import git_standing
from authui.stores.pixi_config import PixiConfig
from authui.stores.project_files import Sighting, TextFile

_MOST_NAMED = 5


def _sent_in_clear(scene: Scene) -> Iterator[Finding]:
    """Channels and indexes under `http://` for which a credential is stored.

    Mirrors and endpoints of buckets have a rule of their own.
    """
    client, pixi = scene.discovery.client, scene.discovery.pixi
    holdings = Holdings(scene.listing, client, pixi)
    for file in scene.texts:
        seen: set[str | None] = set()
        for sighting in file.sightings:
            url = sighting.url
            if url is None or sighting.host in seen or is_loopback(url) or _is_elsewhere(url, pixi):
                continue
            entry = holdings.winner(url)
            if entry is None or entry.kind == "S3Credentials":
                continue
            seen.add(sighting.host)
            place = _place(file, sighting)
            yield Finding(
                "A22",
                Severity.WARNING,
                f"{place} names {printable(url.host or '')} under http://: "
                f"{host_words(entry)} from {store_words(entry.store)} is sent there in clear, as "
                "rattler does not look at that",
                entry.store,
                entry.host,
                subject=place,
                hint="Write https:// there",
            )


def _is_elsewhere(url: Url, pixi: PixiConfig | None) -> bool:
    """Whether pixi asks a mirror instead, or the URL is a mirror or an endpoint in its settings."""
    if pixi is None:
        return False
    text = url.text.rstrip("/")
    targets = [target for urls in pixi.mirrors.values() for target in urls]
    targets += [bucket.endpoint_url for bucket in pixi.s3_buckets.values()]
    if text in {target.rstrip("/") for target in targets}:
        return True
    try:
        return find_mirror(text + "/", pixi.mirrors) is not None
    except BadUrl:
        return False


def _credentials(scene: Scene) -> Iterator[Finding]:
    """URLs that hold a credential, one finding for each file and host."""
    for file in scene.texts:
        if file.unread is not None:
            yield _unread(file)
        by_host: dict[str | None, list[Sighting]] = {}
        for sighting in file.sightings:
            if sighting.url is None:
                by_host.setdefault(sighting.host, []).append(sighting)
        is_shared = bool(by_host) and _is_shared(file, scene)
        for host, sightings in by_host.items():
            yield _holds_one(file, host, sightings, is_shared=is_shared)


def _holds_one(
    file: TextFile, host: str | None, sightings: list[Sighting], *, is_shared: bool
) -> Finding:
    place = _place(file, sightings[0])
    shown = "a URL that cannot be parsed" if host is None else f"the URL for {printable(host)}"
    more = len(sightings) - _MOST_NAMED
    spread = "; the file is in a git work tree and not ignored" if is_shared else ""
    store = "authui set HOST" if host is None else f"authui set {printable(host)}"
    return Finding(
        "A57",
        Severity.ERROR if is_shared else Severity.WARNING,
        f"{place} has a credential in {shown}, in plain text{spread}",
        host=None if host is None else printable(host),
        subject=place,
        details=(
            *(f"Line {one.line}: {printable(one.shown)}" for one in sightings[:_MOST_NAMED]),
            *((f"And {more} more",) if more > 0 else ()),
        ),
        hint=f"Take it out of the URL and store it with {store}; have its issuer revoke it where "
        "others may have seen the file or its history",
    )


def _unread(file: TextFile) -> Finding:
    name = printable(file.name)
    return Finding(
        "A57",
        Severity.INFO,
        f"{name} was not looked through for credentials: {file.unread}",
        subject=f"{name}:unread",
        hint="Look at it yourself",
    )


def _is_shared(file: TextFile, scene: Scene) -> bool:
    """Whether git would take the file along, or has it already."""
    variables = {} if scene.environment is None else scene.environment.variables
    standing = git_standing(file.path, variables)
    return standing is not None and (standing.ignored is not True or standing.tracked is True)


def _place(file: TextFile, sighting: Sighting) -> str:
    return f"{printable(file.name)}:{sighting.line}"


RULES: tuple[Rule, ...] = (
    Rule("A22", "credentials for a host that is asked over http://", _sent_in_clear),
    Rule("A57", "credentials in the URLs of a project", _credentials),
)
"""In the order of their numbers."""
