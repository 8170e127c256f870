"""The conditions a machine can be in, as stores that are in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from authui.model.credential import BasicHTTP
from authui.model.entry import StoreId
from authui.model.errors import (
    NoCollection,
    StoreAbsent,
    StoreCorrupt,
    StoreError,
    StoreLocked,
    StoreTimeout,
)
from authui.model.secret import Secret
from authui.stores.demo import demo_discovery
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from tests.ui.support import GatedStore, discovery, info, token

NOW = 1_790_000_000.0


def _failing(store: StoreId, failure: StoreError, *, blocks: bool = False) -> MemoryStore:
    return MemoryStore(info(store), {}, failure=failure, blocks=blocks)


def _file() -> MemoryStore:
    return MemoryStore(info("file"), {"*.prefix.dev": token(), "build.example:80": token()})


def demo() -> Discovery:
    return demo_discovery("pixi", NOW)


def empty() -> Discovery:
    absent = StoreAbsent("The file does not exist")
    return discovery(MemoryStore(info("keychain"), {}), _failing("file", absent))


def loading() -> Discovery:
    return discovery(GatedStore(info("keychain"), {}), _file())


def loading_all() -> Discovery:
    return discovery(GatedStore(info("keychain"), {}), GatedStore(info("file"), {}))


def locked() -> Discovery:
    failure = StoreLocked(
        "The keychain is locked and shows no items: rattler asks to unlock it, or finds none",
        "Unlock it with your desktop's password program, then look again",
    )
    return discovery(_failing("keychain", failure), _file())


def absent() -> Discovery:
    failure = StoreAbsent(
        "No Secret Service runs on the session bus",
        "gnome-keyring, KeePassXC and KDE's wallet each provide one",
    )
    return discovery(_failing("keychain", failure), _file())


def no_collection() -> Discovery:
    failure = NoCollection(
        "The keychain has no default collection: rattler cannot store anything in it",
        "Make one in your desktop's password program",
    )
    return discovery(_failing("keychain", failure), _file())


def mute() -> Discovery:
    failure = StoreTimeout(
        "The keychain did not answer within 2 s", "Is a window of it waiting for you?"
    )
    return discovery(_failing("keychain", failure), _file())


def broken() -> Discovery:
    failure = StoreCorrupt(
        "unknown kind Bearer for host prefix.dev (line 3, column 14)",
        "Correct the line, or take the entry out",
    )
    healthy = MemoryStore(info("keychain"), {"*.prefix.dev": token()})
    return discovery(healthy, _failing("file", failure, blocks=True))


def ignored_netrc() -> Discovery:
    failure = StoreCorrupt(
        "line 4: rattler's parser knows no macdef, so it ignores the whole file",
        "Take the line out",
    )
    return discovery(_file(), _failing("netrc", failure))


def hostile() -> Discovery:
    evil = ["[/x]", "\x1b[2J", "a\nb", "\u202egro", "x" * 5000, "[red]h[/]", "🦀.example", ""]
    stored = {host: BasicHTTP(host, Secret("p")) for host in evil}
    place = replace(info("file"), location="\x1b[2J[/x]", origin="[red]\n")
    return discovery(MemoryStore(place, stored, notes=tuple(evil)))


STATES: dict[str, Callable[[], Discovery]] = {
    "demo": demo,
    "empty": empty,
    "loading": loading,
    "loading all": loading_all,
    "locked": locked,
    "absent": absent,
    "no collection": no_collection,
    "mute": mute,
    "broken": broken,
    "ignored netrc": ignored_netrc,
    "hostile": hostile,
}
"""Every state, by its name."""

SIZES = ((80, 24), (60, 15), (120, 40), (200, 60))
"""The sizes of terminals that are looked at."""
