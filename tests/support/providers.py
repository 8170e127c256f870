"""The keychain suite on KeePassXC and KDE's wallet: `python -m tests.support.providers`.

Each is started without a screen on a private bus, then the provider-neutral tests and the ones for
that provider run against it. Names as arguments choose among them. In CI on Debian as root missing
programs are installed; elsewhere they are named, and their suite is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.support import keepassxc, kwallet, screen
from tests.support.keepassxc import KeePassXC
from tests.support.keychain_provider import BUS_VARIABLE, NAME_VARIABLE, Name
from tests.support.kwallet import KWallet
from tests.support.system import can_install, in_ci, install, missing, provide

_MANY = "tests/stores/keychain/test_many.py"
_MIGRATIONS = "tests/stores/keychain/test_forgetful.py"

NEUTRAL = (
    "tests/stores/keychain/test_secret_service.py",
    "tests/stores/keychain/test_writing.py",
    "tests/stores/keychain/test_duplicates.py",
    "tests/stores/keychain/test_watching.py",
    "tests/stores/keychain/test_keychain_kills.py",
    f"{_MANY}::test_the_same_as_one_by_one",
    f"{_MANY}::test_new_items_are_as_rattler_makes_them",
    f"{_MANY}::test_what_stands_there_is_left_alone",
    f"{_MANY}::test_whoever_stops_listening_has_no_more_stored",
    f"{_MANY}::test_the_pace_that_it_bears",
    "tests/stores/keychain/test_contract.py::TestKeychain",
    "tests/stores/keychain/test_contract.py::TestWritableKeychain",
)

LIMIT = 300
"""Seconds after which a suite counts as hung."""


@dataclass(frozen=True)
class Suite:
    """One provider: how to bring it, how to start it, and the tests that are only for it."""

    name: Name
    title: str
    bring: Callable[[], bool]
    start: Callable[[], KeePassXC | KWallet]
    own_tests: tuple[str, ...]


def bring_keepassxc() -> bool:
    """Install KeePassXC where it is wanted and missing. Whether it is there."""
    return provide({**keepassxc.PACKAGES, **screen.PACKAGES}, "The tests with KeePassXC")


def bring_kwallet() -> bool:
    """Install KDE's wallet where it is wanted and missing. Whether it is there."""
    if kwallet.daemon() is not None and not missing(["dbus-daemon", *screen.PACKAGES]):
        return True
    if in_ci() and can_install():
        programs = {**kwallet.PACKAGES, **screen.PACKAGES}
        install([*sorted(set(programs.values())), kwallet.PLUGINS])
    # The plugin is only recommended by the package, so the advice has to name it.
    packages = {
        **kwallet.PACKAGES,
        **screen.PACKAGES,
        "kwalletd5": f"{kwallet.PACKAGES['kwalletd5']} {kwallet.PLUGINS}",
    }
    return provide(packages, "The tests with KDE's wallet")


SUITES = (
    Suite(
        "keepassxc",
        "KeePassXC",
        bring_keepassxc,
        KeePassXC,
        ("tests/stores/keychain/test_keepassxc.py", f"{_MIGRATIONS}::TestKeePassXC"),
    ),
    Suite(
        "kwallet",
        "KDE's wallet",
        bring_kwallet,
        KWallet,
        (
            "tests/stores/keychain/test_kwallet.py",
            f"{_MIGRATIONS}::TestKWallet",
            # KeePassXC asks whether to save before it locks.
            f"{_MANY}::test_a_locked_collection",
        ),
    ),
)


def run(suite: Suite) -> int:
    """pytest's exit status; it is not 0 either where no test ran."""
    start = time.monotonic()
    with suite.start() as provider:
        print(f"{suite.title}: ready after {time.monotonic() - start:.1f} s", flush=True)
        variables = {**os.environ, NAME_VARIABLE: suite.name, BUS_VARIABLE: provider.address}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-m", "(keychain or providers) and not soak", *NEUTRAL, *suite.own_tests]
        try:
            return subprocess.run(command, env=variables, timeout=LIMIT, check=False).returncode
        except subprocess.TimeoutExpired:
            print(f"{suite.title}: the tests hang", file=sys.stderr)
            return 1


def main() -> int:
    """Exit status 0 where every suite that could run passed, and at least one ran."""
    wanted = sys.argv[1:] or [suite.name for suite in SUITES]
    chosen = [suite for suite in SUITES if suite.name in wanted]
    ready = [suite for suite in chosen if suite.bring()]
    if not ready or (in_ci() and ready != chosen):
        print("The keychain suite did not run on every provider", file=sys.stderr)
        return 1
    return max(run(suite) for suite in ready)


if __name__ == "__main__":
    sys.exit(main())
