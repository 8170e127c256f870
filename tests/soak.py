"""The long comparisons with real rattler, and the long kill tests. Run as `make soak`; its last summary is kept.

Each line of the summary says what was compared, how often, with which seed, and the result.
"""

from __future__ import annotations

import collections
import platform
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from tests.rattler.test_config_live import compare_config
from tests.rattler.test_files import compare_files
from tests.rattler.test_netrc_live import compare_netrc
from tests.support.comparison import compare_many, fill_keychain
from tests.support.gnome_keyring import GnomeKeyring
from tests.support.judge import Judge
from tests.support.lookup_cases import FEATURES, CaseMaker
from tests.support.toml_cases import random_config, random_toml

SUMMARY = Path(__file__).with_name("soak.txt")
LOOKUPS, FILES, NETRCS, CONFIGURATIONS = 10_000, 10_000, 5_000, 20_000
KILLS = 300
MIGRATION_KILLS = 500
ROUND = 500
"""Lookups for which one keychain is filled."""


def lookups(seed: int, place: Path) -> list[str]:
    """Compare lookups, with a keychain drawn anew for each round."""
    disagreements: list[str] = []
    drawn: collections.Counter[str] = collections.Counter()
    rng = random.Random(seed)
    for turn in range(LOOKUPS // ROUND):
        folder = place / f"round{turn}"
        folder.mkdir()
        with GnomeKeyring() as keyring, Judge(bus=keyring.address) as judge:
            maker = CaseMaker(rng, int(time.time()))
            fill_keychain(keyring, maker)
            cases = [maker.make() for _ in range(ROUND)]
            drawn.update(feature for case in cases for feature in case.features)
            disagreements += compare_many(judge, cases, folder, keyring.address)
    assert all(drawn[feature] >= LOOKUPS / 20 for feature in FEATURES), drawn
    return disagreements


def files(seed: int, place: Path) -> list[str]:
    """Compare which credentials files are accepted, and what is then sent."""
    with Judge() as judge:
        return compare_files(judge, seed, FILES)


def netrcs(seed: int, place: Path) -> list[str]:
    """Compare what is sent with a netrc file."""
    with Judge() as judge:
        return compare_netrc(judge, seed, NETRCS)


def configurations(seed: int, place: Path) -> list[str]:
    """Compare which configuration files are accepted."""
    half = CONFIGURATIONS // 2
    return compare_config(random_toml, seed, half) + compare_config(random_config, seed, half)


def kills(path: str) -> Callable[[int, Path], list[str]]:
    """Kill authui in the middle of changes, at random moments; the tests draw their own seeds."""

    def run(seed: int, place: Path) -> list[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-m", "soak", "--timeout", "1200", path]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return [] if done.returncode == 0 else done.stdout.splitlines()[-20:]

    return run


def main() -> None:
    """Run all; exit 1 where anything disagrees."""
    versions = f"authui {version('authui')} against py-rattler {version('py-rattler')}"
    day = time.strftime("%Y-%m-%d", time.gmtime())
    lines = [f"{versions}, Python {platform.python_version()}, {day}"]
    failed = False
    runs: tuple[tuple[str, int, Callable[[int, Path], list[str]]], ...] = (
        ("lookups", LOOKUPS, lookups),
        ("credentials files", FILES, files),
        ("netrc files", NETRCS, netrcs),
        ("configuration files", CONFIGURATIONS, configurations),
        ("kills while a file is written", KILLS, kills("tests/stores/test_file_kills.py")),
        (
            "kills while the keychain is changed",
            KILLS,
            kills("tests/stores/keychain/test_keychain_kills.py"),
        ),
        (
            "kills while credentials are migrated",
            MIGRATION_KILLS,
            kills("tests/rattler/test_migration_kills.py"),
        ),
    )
    for name, number, run in runs:
        seed = secrets.randbits(32)
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as place:
            disagreements = run(seed, Path(place))
        failed = failed or bool(disagreements)
        seconds = time.monotonic() - start
        lines.append(
            f"{number} {name}, seed {seed}: {len(disagreements)} disagreements, {seconds:.0f} s"
        )
        print(lines[-1], *disagreements[:20], sep="\n", flush=True)
    SUMMARY.write_text("\n".join(lines) + "\n")
    sys.exit(failed)


if __name__ == "__main__":
    main()
