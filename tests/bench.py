"""Speed, as ratios against a peer measured in the same run. Run as `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from authui.model.url import parse_url
from authui.services.lookup import find
from authui.stores.discover import discover
from authui.stores.environment import Environment
from tests import bench_migration, bench_screen
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.measuring import AUTHUI, NO_BUS, PYTHON, compared, environment


def command(*words: str, home: Path, bus: str = NO_BUS) -> Callable[[], object]:
    """A run of a program in an environment of its own."""
    env = environment(home, bus)
    return lambda: subprocess.run(
        words, env=env, cwd=home, capture_output=True, timeout=120, check=False
    )


def home_with(place: Path, entries: int) -> Path:
    """A home directory whose credentials file holds so many entries."""
    home = place / f"home{entries}"
    (home / ".rattler").mkdir(parents=True)
    stored = {f"h{n}.example": {"BearerToken": f"token{n}"} for n in range(entries)}
    stored["*.prefix.dev"] = {"BearerToken": "token"}
    (home / ".rattler" / "credentials.json").write_text(json.dumps(stored))
    return home


def list_keychain(place: Path) -> float:
    with GnomeKeyring() as keyring:
        for number in range(1000):
            keyring.client.put("current", f"h{number}.example", '{"BearerToken":"t"}')
        home = home_with(place, 0)
        ours = command(AUTHUI, "list", "--json", home=home, bus=keyring.address)
        peer = ("secret-tool", "search", "--all", "--unlock", "service", "rattler")
        return compared(ours, command(*peer, home=home, bus=keyring.address), 5)


def list_file(place: Path) -> float:
    home = home_with(place, 20)
    peer = (PYTHON, "-c", "import keyring; keyring.get_keyring()")
    return compared(command(AUTHUI, "list", "--json", home=home), command(*peer, home=home), 40)


def lookup_alone(place: Path) -> float:
    url = parse_url("https://repo.prefix.dev/channel/noarch/repodata.json")

    def asking(entries: int) -> Callable[[], object]:
        env = Environment(
            {"HOME": str(home_with(place, entries)), "DBUS_SESSION_BUS_ADDRESS": NO_BUS},
            "/",
            "linux",
        )
        stores = discover(env, "rattler").stores
        assert find(url, stores).match is not None
        return lambda: [find(url, stores) for _ in range(2000)]

    return compared(asking(10_000), asking(100), 20)


def test_command(place: Path) -> float:
    words = (AUTHUI, "test", "--json", "https://repo.prefix.dev/channel")
    ours = command(*words, home=home_with(place, 10_000))
    return compared(ours, command(*words, home=home_with(place, 100)), 20)


BENCHES: tuple[tuple[str, float, Callable[[Path], float]], ...] = (
    ("list 1,000 keychain entries / secret-tool search", 0.3, list_keychain),
    ("authui list --json, 20 entries in a file / keyring.get_keyring()", 0.5, list_file),
    ("one lookup among 10,000 entries / among 100", 1.2, lookup_alone),
    ("authui test with 10,000 entries / with 100", 2.5, test_command),
    ("a migration of 200 entries / making their items", 1.3, bench_migration.migration),
    ("the screen's start / bare Textual", 1.25, bench_screen.first_screen),
    ("the screen's peak memory / bare Textual", 1.25, bench_screen.memory),
    ("its peak memory with a keychain / bare Textual", 1.45, bench_screen.memory_with_keychain),
    ("a key until its verdict, 50 entries / bare Textual", 2.0, bench_screen.keystroke_50),
    ("a key until its verdict, 10,000 entries / bare Textual", 2.0, bench_screen.keystroke_10000),
    ("the marks after the verdict, in 100 ms, 10,000 entries", 1.0, bench_screen.marks_follow),
)


def main() -> None:
    """Run all, or those whose name contains a word of the command line."""
    failed = 0
    for name, bound, bench in BENCHES:
        if len(sys.argv) > 1 and not any(word in name for word in sys.argv[1:]):
            continue
        print(name)
        with tempfile.TemporaryDirectory() as place:
            ratio = bench(Path(place))
        verdict = "ok" if ratio <= bound else "TOO SLOW"
        failed += ratio > bound
        print(f"    ratio {ratio:.2f}, bound {bound}: {verdict}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
