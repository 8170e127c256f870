"""The check for a Mac runs through on an imitation of one, notices what is wrong, and cleans up.

What it is for, a real Mac, no test here can be.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from authui.stores.keychain.macos import MacKeychainStore
from authui.stores.keychain.macos_memory import Memory
from tests.macos import check
from tests.support.fake_security import PATH, FakeSecurity, Press

TOOL = "security"


class Desk:
    """A fake Mac with a fake `security` tool, and a person who does as told."""

    def __init__(self) -> None:
        self.security = FakeSecurity()
        self.said: list[str] = []
        self.answers: dict[str, str] = {}
        self.mac = check.Mac(
            self.said.append,
            self.ask,
            self.call,
            self.store,
            clock=lambda: self.security.now,
            sleep=self.sleep,
            wait=0.6,
        )

    def store(self, service: str) -> MacKeychainStore:
        return MacKeychainStore(
            service=service,
            find=self.security.find,
            clock=lambda: self.security.now,
            memory=Memory(),
            limit=5.0,
        )

    def sleep(self, seconds: float) -> None:
        self.security.now += seconds

    def ask(self, question: str) -> str:
        self.security.now += 3  # people take their time
        if "Press Deny in it" in question:
            self.security.presses = [Press.DENY]
        elif "Press Always Allow" in question:
            self.security.presses = [Press.ALWAYS]
        elif "Leave it alone" in question:
            self.security.presses = [Press.NOTHING]
        elif "Now press Deny" in question:
            self.security.thawed.set()
        return next((a for part, a in self.answers.items() if part in question), "n")

    def call(self, arguments: list[str]) -> tuple[int, str]:
        with self.security.as_program(TOOL):
            return self._call(arguments)

    def _call(self, arguments: list[str]) -> tuple[int, str]:
        verb, *rest = arguments
        mac = self.security
        if verb == "default-keychain":
            return 0, f'    "{PATH}"\n'
        if verb == "lock-keychain":
            mac.is_locked = True
            return 0, ""
        given = dict(zip(rest[::2], rest[1::2], strict=False))
        wanted = tuple(given.get(name, "").encode() for name in ("-a", "-s"))
        if verb == "add-generic-password":
            mac.put(wanted[0], given["-w"], by=TOOL, service=wanted[1])
            return 0, ""
        found = [k for k in mac.items if k[1] == wanted[1] and wanted[0] in (b"", k[0])]
        if not found:
            return check.NOT_FOUND, "The specified item could not be found in the keychain."
        item = mac.items[found[0]]
        if verb == "delete-generic-password":
            del mac.items[found[0]]
            return 0, "password has been deleted."
        if "-w" not in rest:
            return 0, f'    0x00000007 <blob>="{item.label.decode()}"\n'
        if mac.hand_out(found[0][0], item):
            return 128, ""
        text = item.data.decode()
        return 0, (text if text.isascii() else item.data.hex()) + "\n"

    def failures(self) -> list[str]:
        return [f"{name}: {notes}" for mark, name, notes in self.mac.results if mark == "FAILED"]


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.security.thawed.set()


def test_it_runs_through_and_leaves_nothing(desk: Desk) -> None:
    rattlers = desk.security.put("a.test", "{}")
    assert check.check(desk.mac, windows=True, lock=True) == 0, desk.failures()
    assert list(desk.security.items.values()) == [rattlers]
    assert len(desk.mac.results) > 20
    assert "Please paste" in "\n".join(desk.said)


def test_without_windows_there_are_none(desk: Desk) -> None:
    assert check.check(desk.mac, windows=False, lock=False) == 0, desk.failures()
    assert desk.security.windows == []
    assert desk.security.items == {}


@pytest.mark.parametrize(
    ("function", "code"),
    [
        ("SecKeychainAddGenericPassword", -61),
        ("SecKeychainItemModifyAttributesAndData", -25293),
        ("SecKeychainItemDelete", 0),
        ("SecKeychainGetPath", -1),
        ("SecKeychainCopyDomainDefault", -25307),
    ],
)
def test_what_is_wrong_is_told_and_the_rest_goes_on(desk: Desk, function: str, code: int) -> None:
    desk.security.failing[function] = code
    assert check.check(desk.mac, windows=False, lock=False) == 1
    assert desk.failures()
    assert desk.mac.results[-1] == ("ok", "cleaning up", "nothing is left")
    assert desk.security.items == {}


def test_a_second_window_is_told(desk: Desk) -> None:
    desk.answers["second window"] = "y"
    assert check.check(desk.mac, windows=True, lock=False) == 1
    assert any("opens no second window" in failure for failure in desk.failures())


@pytest.mark.parametrize("when", ["Press Deny in it", "Leave it alone"])
def test_ctrl_c_cleans_up(desk: Desk, when: str) -> None:
    asked = desk.mac.ask

    def ask(question: str) -> str:
        if when in question:
            raise KeyboardInterrupt
        return asked(question)

    desk.mac.ask = ask
    assert check.check(desk.mac, windows=True, lock=False) == 1
    assert desk.security.items == {}
    assert ("FAILED", "the whole check", "interrupted") in desk.mac.results


def test_what_cannot_be_deleted_is_named(desk: Desk) -> None:
    call: Callable[[list[str]], tuple[int, str]] = desk.mac.call
    desk.mac.call = lambda args: (1, "") if args[0].startswith("delete") else call(args)
    assert check.check(desk.mac, windows=True, lock=False) == 1
    assert desk.mac.service in desk.mac.results[-1][2]


def test_elsewhere_it_says_that_it_needs_a_mac() -> None:
    done = subprocess.run(
        [sys.executable, check.__file__], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "needs macOS" in done.stderr
    assert "Traceback" not in done.stderr
