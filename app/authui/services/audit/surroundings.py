"""Rules about where rattler-based tools run: full disks, CI, uploads, registries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from authui.model.entry import EntryState, StoreId
from authui.model.errors import BadUrl
from authui.model.mirror import find_mirror
from authui.model.text import printable, upper_first
from authui.model.url import Url, parse_url
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.reach import Holdings
from authui.services.words import count, host_words, store_words
from authui.stores.channels import find_channels
from authui.stores.disk_space import free_bytes
from authui.stores.tools import find_tools

LEAST_FREE: Final = 10_240
"""Bytes; with less, rattler up to 0.30 can lose a credentials file that it writes anew."""

_MOST_NAMED = 5
_CI: Final = {
    "GITHUB_ACTIONS": ("GitHub Actions", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"),
    "GITLAB_CI": ("GitLab CI", "PREFIX_DEV_ID_TOKEN"),
    "BUILDKITE": ("Buildkite", None),
    "CIRCLECI": ("CircleCI", None),
}
"""The variable of each CI that rattler gets an identity from, its name, and what shows that the
job has one, where a variable does. Source: rattler_networking, `trusted_publishing.rs`.
"""


def _uploads(scene: Scene) -> Iterator[Finding]:
    """Uploads of rattler-build look into the one file that they are given."""
    here = scene.environment
    is_builder = scene.discovery.client == "rattler-build"
    if here is None or not here.variables.get("RATTLER_AUTH_FILE"):
        return
    flagged = scene.report("override-file") if is_builder else None
    report = flagged or scene.report("auth-file")
    if report is None:
        return
    held = {e.host for e in scene.listing.entries if e.store == report.info.id}
    others = [
        entry
        for entry in scene.listing.entries
        if entry.state is EntryState.ACTIVE and entry.host not in held
    ]
    if not others or not (is_builder or _has_builder(scene)):
        return
    asked: StoreId = report.info.id
    named = [f"{host_words(e)} from {store_words(e.store)}" for e in others]
    more = len(named) - _MOST_NAMED
    is_one = len(others) == 1
    yield Finding(
        "A38",
        Severity.WARNING,
        f"rattler-build uploads with nothing but what {store_words(asked)} holds: "
        f"{count(len(others), 'credential')} of other stores "
        f"{'is' if is_one else 'are'} not used there",
        asked,
        details=(*named[:_MOST_NAMED], *((f"And {more} more",) if more > 0 else ())),
        hint="Store the credential for the upload there too: authui set HOST --kind KIND --store "
        f"{asked}; or unset RATTLER_AUTH_FILE for the upload",
    )


def _has_builder(scene: Scene) -> bool:
    tools = () if scene.environment is None else find_tools(scene.environment)
    return any(tool.name == "rattler-build" for tool in tools)


def _full_disk(scene: Scene) -> Iterator[Finding]:
    for file in scene.files:
        free = free_bytes(file.path) if file.entries else None
        if free is not None and free < LEAST_FREE:
            yield Finding(
                "A43",
                Severity.ERROR,
                f"There is room for only {count(free, 'byte')} where {printable(file.path)} lies: the next "
                "login or token refresh of a rattler-based tool can leave it empty",
                file.info.id,
                hint="Make room there first; authui writes a file anew only once all of it is on "
                "the disk",
            )


def _in_ci(scene: Scene) -> Iterator[Finding]:
    here = scene.environment
    if here is None or here.variables.get("CI", "").lower() not in ("true", "1"):
        return
    running = next((_CI[name] for name in _CI if here.variables.get(name) == "true"), None)
    if running is None:
        return
    holdings = Holdings(scene.listing, scene.discovery.client, scene.discovery.pixi)
    name, identity = running
    is_given = identity is None or bool(here.variables.get(identity))
    reported: set[tuple[str, str | None]] = set()
    for host in ("repo.prefix.dev", "prefix.dev"):
        entry = holdings.winner(parse_url(f"https://{host}/channel"))
        if entry is None or entry.kind == "S3Credentials" or (entry.store, entry.host) in reported:
            continue
        reported.add((entry.store, entry.host))
        yield Finding(
            "A44",
            Severity.WARNING if is_given else Severity.INFO,
            f"{host_words(entry)} from {store_words(entry.store)} is sent to {host}, so that this "
            f"job of {name} never gets a token as a trusted publisher: rattler asks for one only "
            "where nothing is stored",
            entry.store,
            entry.host,
            details=()
            if is_given
            else (f"This job has no identity for that as yet: {identity} is not set",),
            hint="If prefix.dev trusts the repository, leave out the step that logs in: authui "
            f"remove {host_words(entry)} --store {entry.store}",
        )


def _oci_channels(scene: Scene) -> Iterator[Finding]:
    if scene.discovery.pixi is None:
        return
    holdings = Holdings(scene.listing, scene.discovery.client, scene.discovery.pixi)
    reported: set[tuple[str, str | None]] = set()
    for place, url in _asked(scene):
        if url.scheme != "oci":
            continue
        entry = holdings.winner(url)
        if entry is None or entry.kind == "S3Credentials" or (entry.store, entry.host) in reported:
            continue
        reported.add((entry.store, entry.host))
        yield Finding(
            "A50",
            Severity.WARNING,
            f"{host_words(entry)} from {store_words(entry.store)} is not sent to "
            f"{printable(url.masked)}: pixi talks to oci:// registries without stored credentials",
            entry.store,
            entry.host,
            details=(upper_first(place),),
            hint="pixi has no way to log in there: the registry has to allow anonymous reading, "
            "or the channel has to be one of https://, such as a mirror",
        )


def _asked(scene: Scene) -> Iterator[tuple[str, Url]]:
    """Each channel with the URL at which pixi asks for it, and each mirror: where it is named."""
    pixi = scene.pypi.pixi
    for channel in find_channels(scene.pypi.environment, pixi):
        line = "" if channel.line is None else f":{channel.line}"
        place = f"it is a channel in {printable(channel.origin)}{line}"
        try:
            found = find_mirror(channel.url.text.rstrip("/") + "/", pixi.mirrors)
            yield place, channel.url if found is None or not found.url else parse_url(found.url)
        except BadUrl:
            continue
    for text in (text for texts in pixi.mirrors.values() for text in texts):
        try:
            yield "it is a mirror in pixi's configuration", parse_url(text)
        except BadUrl:
            continue


RULES: tuple[Rule, ...] = (
    Rule("A38", "credentials that uploads of rattler-build do not use", _uploads),
    Rule("A43", "a credentials file on a disk that is all but full", _full_disk),
    Rule("A44", "a stored credential that trusted publishing would make needless", _in_ci),
    Rule("A50", "a credential for an oci:// channel", _oci_channels),
)
"""In the order of their numbers."""
