"""Try authui's macOS keychain store on a real Mac. Takes about ten minutes.

    python tests/macos/check.py              all of it, at the Mac's own screen
    python tests/macos/check.py --no-windows only what opens no window, also over ssh
    python tests/macos/check.py --lock       also locks the login keychain, and has it unlocked

Run it with a Python in which authui is installed. It stores made-up secrets in the default keychain
under a service of its own, authui-check-..., and deletes them at the end, also after Ctrl+C. Items
of rattler's are not touched. What it prints last can be pasted into an issue.

Items of "another program" are made by Apple's command line tool `security`, which also judges what
authui stored. Each result names the line of tests/support/fake_security.py that it stands for.
"""

from __future__ import annotations

import argparse
import platform
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING, NoReturn, TypeVar

if TYPE_CHECKING:
    from authui.model.entry import StoreListing
    from authui.stores.base import Stored
    from authui.stores.keychain.macos import MacKeychainStore

T = TypeVar("T")

NOT_FOUND = 44
"""The exit status of `security` where there is no such item."""

QUICK = 2.0
"""Seconds within which what opens no window is done."""

THEIRS = '{"BearerToken":"made-up-by-security"}'


@dataclass
class Mac:
    """The Mac, and the person at it. `say` and `ask` talk to the person, `call` runs `security`.

    `wait` is how long a window is waited for that nobody answers, in seconds.
    """

    say: Callable[[str], None]
    ask: Callable[[str], str]
    call: Callable[[list[str]], tuple[int, str]]
    new_store: Callable[[str], MacKeychainStore]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wait: float = 6.0
    service: str = field(default_factory=lambda: f"authui-check-{secrets.token_hex(4)}")
    results: list[tuple[str, str, str]] = field(default_factory=list)

    def store(self) -> MacKeychainStore:
        """A store that remembers nothing of what the ones before it read."""
        return self.new_store(self.service)

    def security(self, verb: str, account: str | None = None, *more: str) -> tuple[int, str]:
        """Run `security` on our service; its exit status and what it printed."""
        names = ["-s", self.service, *(() if account is None else ("-a", account))]
        return self.call([verb, *names, *more])

    def others(self, account: str, text: str = THEIRS) -> None:
        """Have `security` store something, as pixi might."""
        status, told = self.security("add-generic-password", account, "-w", text)
        if status:
            raise AssertionError(f"security could not store it: {told.strip()}")

    def yes(self, question: str) -> bool:
        return self.ask(f"{question} [y/n] ").strip().lower().startswith("y")

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """One line of the result; what is put into the list is added to it."""
        notes: list[str] = []
        start = self.clock()
        try:
            yield notes
        except Exception as error:  # noqa: BLE001  # one that fails does not end the others
            where = error.__traceback__
            while where is not None and where.tb_next is not None:
                where = where.tb_next
            line = 0 if where is None else where.tb_lineno
            notes.append(f"{type(error).__name__} in line {line}: {error}")
            mark = "FAILED"
        else:
            mark = "ok"
        notes.append(f"{self.clock() - start:.1f} s")
        self.results.append((mark, name, "; ".join(notes)))
        self.say(f"  {mark:6} {name} ({'; '.join(notes)})")


def main(arguments: list[str]) -> int:
    """Run the check; 0 where all went well, 1 where something failed, 2 where it cannot run."""
    parser = argparse.ArgumentParser(description="Try authui's keychain store on a real Mac.")
    parser.add_argument("--no-windows", action="store_true", help="ask nobody")
    parser.add_argument("--lock", action="store_true", help="also lock the login keychain")
    options = parser.parse_args(arguments)
    if sys.platform != "darwin":
        print("This check needs macOS: here is no keychain of Apple's.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _stop)
    mac = Mac(print, input, _security, _real_store)
    return check(mac, windows=not options.no_windows, lock=options.lock)


def check(mac: Mac, *, windows: bool, lock: bool) -> int:
    """All steps, then the cleaning up and the summary."""
    mac.say(f"Items of this check have the service {mac.service}.")
    try:
        without_windows(mac)
        if windows:
            with_windows(mac)
        if lock:
            locked(mac)
    except KeyboardInterrupt:
        mac.results.append(("FAILED", "the whole check", "interrupted"))
    finally:
        clean_up(mac)
    mac.say("\nPlease paste this into an issue:\n")
    mac.say(
        f"macOS {platform.mac_ver()[0]} {platform.machine()}, Python {platform.python_version()}"
    )
    for mark, name, notes in mac.results:
        mac.say(f"{mark:6} {name}: {notes}")
    return int(any(mark == "FAILED" for mark, _, _ in mac.results))


def without_windows(mac: Mac) -> None:
    """What authui does without asking anybody."""
    from authui.model.entry import Outcome
    from authui.model.secret import Secret

    mac.say("\nNo window should open now.")
    new, newer = Secret('{"BearerToken":"made-up"}'), Secret('{"BearerToken":"made-up-too"}')
    with mac.step("the default keychain is the one that `security` names (1-3)") as notes:
        notes.append(_listed(mac).state)
        path = mac.call(["default-keychain", "-d", "user"])[1].strip().strip('"')
        store = mac.store()
        store.list()
        assert store.info.location == path, store.info.location
    with mac.step("a new item is what rattler would store (11)"):
        stored = mac.store().write("new.test", new, before=None)
        _, told = mac.security("find-generic-password", "new.test")
        assert f'0x00000007 <blob>="{mac.service}"' in told, "the label is another"
    with mac.step("our own item is read without a window"):
        answer, seconds = _timed(mac, lambda: mac.store().get("new.test"))
        assert (answer.outcome, seconds < QUICK) == (Outcome.HIT, True)
    with mac.step("it is changed in place (12)"):
        mac.sleep(2.1)  # so that the dates differ
        before = _dates(stored)
        after = _dates(mac.store().write("new.test", newer, before=stored))
        assert after[0] == before[0], "it was made anew"
        assert after[1] > before[1], "its date stayed"
        assert mac.store().read("new.test") is not None
    with mac.step("names are compared byte by byte (4)"):
        names = [
            "b\u00fccher.test",
            "bu\u0308cher.test",
            "A.test",
            "a.test",
            "*.a.test",
            "n" * 5000,
        ]
        for number, name in enumerate(names):
            mac.store().write(name, Secret(f'{{"BearerToken":"{number}"}}'), before=None)
        held = {entry.host for entry in _listed(mac).entries}
        assert held == {"new.test", *names}, sorted(map(ascii, held))
        for number, name in enumerate(names):
            stored_there = mac.store().read(name)
            assert stored_there is not None
            assert stored_there.text == Secret(f'{{"BearerToken":"{number}"}}'), ascii(name)
        for name in names:
            mac.store().delete(name)
    with mac.step("a secret of 200,000 characters is kept whole"):
        long = Secret(f'{{"BearerToken":"{"x" * 200_000}"}}')
        mac.store().write("long.test", long, before=None)
        kept = mac.store().read("long.test")
        assert kept is not None
        assert kept.text == long
        mac.store().delete("long.test")
    with mac.step("items of another program are listed without a window (5)"):
        for name in ("deny.test", "edit.test", "always.test", "late.test", "gone.test"):
            mac.others(name)
        listing, seconds = _timed(mac, lambda: _listed(mac))
        assert len(listing.entries) == 6, len(listing.entries)
        assert mac.store().peek("edit.test").outcome is Outcome.HIT
        assert seconds < QUICK
    with mac.step("without a window macOS refuses their secrets (8)") as notes:
        notes.append(f"status {_quiet_status(mac, b'edit.test')}")
    with mac.step("one of them is deleted without a window (13)"):
        _, seconds = _timed(mac, lambda: mac.store().delete("gone.test"))
        assert mac.security("find-generic-password", "gone.test")[0] == NOT_FOUND
        assert seconds < QUICK
    with mac.step("and without data or a name") as notes:
        status, told = mac.security("add-generic-password", "empty.test", "-w", "")
        notes.append(f"security: {status}")
        if not status:
            mac.store().delete("empty.test")
    with mac.step("our item is deleted"):
        mac.store().delete("new.test")
        assert mac.security("find-generic-password", "new.test")[0] == NOT_FOUND


def with_windows(mac: Mac) -> None:
    """What macOS asks the person about."""
    from authui.model.entry import Outcome
    from authui.model.errors import StoreDenied, StoreTimeout
    from authui.model.secret import Secret
    from authui.stores.patience import Patience

    with mac.step("what authui stored is what another program reads"):
        text = Secret('{"BearerToken":"m\u00e4de-up"}')
        mac.store().write("ours.test", text, before=None)
        mac.ask("\nA window will ask whether `security` may read ours.test. Press Allow in it: ")
        status, told = mac.security("find-generic-password", "ours.test", "-w")
        # It prints what is not plain ASCII in hexadecimal.
        assert (status, told.strip()) == (0, text.reveal().encode().hex()), status
    with mac.step("Deny is told as a denial (7)") as notes:
        mac.ask("\nA window will ask for deny.test. Press Deny in it. Return to begin: ")
        answer = mac.store().get("deny.test")
        notes.append(str(answer.detail))
        assert isinstance(answer.failure, StoreDenied)
    with mac.step("Allow hands it out, and the edit opens no second window (7, 12)"):
        mac.ask("\nA window will ask for edit.test. Press Allow (not Always Allow) in it: ")
        before = mac.store().read("edit.test")
        assert before is not None
        assert before.text == Secret(THEIRS)
        text = Secret('{"BearerToken":"edited"}')
        _, seconds = _timed(mac, lambda: mac.store().write("edit.test", text, before=before))
        assert seconds < QUICK, f"{seconds:.1f} s: was there another window?"
        assert not mac.yes("Was there a second window?")
    with mac.step("the program that made the item still reads it (12)") as notes:
        mac.say("\n`security` reads edit.test now. If a window asks for it, press Allow.")
        status, told = mac.security("find-generic-password", "edit.test", "-w")
        asked = mac.yes("Did a window ask for it?")
        notes.append("macOS asked again" if asked else "macOS did not ask")
        assert (status, told.strip()) == (0, '{"BearerToken":"edited"}'), status
    with mac.step("Always Allow lasts (7)"):
        mac.ask("\nA window will ask for always.test. Press Always Allow in it: ")
        assert mac.store().get("always.test").outcome is Outcome.HIT
        answer, seconds = _timed(mac, lambda: mac.store().get("always.test"))
        assert (answer.outcome, seconds < QUICK) == (Outcome.HIT, True), "it asked again"
    with mac.step("a window that nobody answers ends the wait, not the program") as notes:
        mac.ask("\nA window will ask for late.test. Leave it alone until you are told: ")
        store = mac.store()
        store.patience = Patience(mac.wait)
        late = Thread(target=store.get, args=("late.test",), daemon=True)
        late.start()
        late.join(mac.wait / 2)
        listing, seconds = _timed(mac, lambda: _listed(mac))
        notes.append(f"meanwhile a listing took {seconds:.1f} s: {listing.state}")
        late.join(mac.wait + 5)
        assert not late.is_alive(), "it waited for more than its time"
        assert isinstance(store.peek("late.test").failure, StoreTimeout)
        mac.ask("Now press Deny in that window, then Return: ")
    with mac.step("after that all is as before"):
        assert _listed(mac).failure is None
        assert mac.store().get("always.test").outcome is Outcome.HIT


def locked(mac: Mac) -> None:
    """The login keychain, locked for a moment."""
    from authui.model.errors import StoreLocked, StoreState
    from authui.model.secret import Secret
    from authui.stores.patience import Patience

    with mac.step("a locked keychain shows its names without a window (5)"):
        mac.others("locked.test")
        mac.ask("\nThe login keychain is locked now; no window should open yet. Return to begin: ")
        assert mac.call(["lock-keychain"])[0] == 0
        listing = _listed(mac)
        assert listing.state is StoreState.LOCKED, listing.state
        assert listing.locked == len(listing.entries)
    with mac.step("and takes nothing (14)"):
        for change in (
            lambda: mac.store().delete("locked.test"),
            lambda: mac.store().write("n.test", Secret('{"BearerToken":"t"}'), before=None),
        ):
            try:
                change()
            except StoreLocked:
                continue
            raise AssertionError("it was changed")
        assert not mac.yes("Was there a window?")
    with mac.step("unlocking opens the window of macOS (16)"):
        mac.ask("\nA window asks for the keychain's password now. Give it: ")
        assert mac.store().unlock(Patience())
        assert _listed(mac).failure is None


def clean_up(mac: Mac) -> None:
    """Delete every item of ours."""
    for _ in range(100):
        if mac.security("delete-generic-password")[0]:
            break
    left = mac.security("find-generic-password")[0] != NOT_FOUND
    mark = "FAILED" if left else "ok"
    hint = f"security delete-generic-password -s {mac.service}" if left else "nothing is left"
    mac.results.append((mark, "cleaning up", hint))


def _listed(mac: Mac) -> StoreListing:
    return mac.store().list()


def _dates(stored: Stored) -> tuple[str, str]:
    created, _, modified = str(stored.item).rstrip("?").partition("-")
    return created, modified


def _timed(mac: Mac, do: Callable[[], T]) -> tuple[T, float]:
    start = mac.clock()
    return do(), mac.clock() - start


def _quiet_status(mac: Mac, account: bytes) -> int:
    """The number that macOS gives where it may not ask."""
    from authui.stores.keychain.macos_calls import Status
    from authui.stores.keychain.macos_items import Opened
    from authui.stores.keychain.macos_status import WOULD_ASK
    from authui.stores.patience import Patience

    def read(opened: Opened) -> int:
        try:
            opened.read(account, may_ask=False)
        except Status as status:
            return status.code
        return 0

    code = mac.store()._reach.do(read, Patience())
    assert code in WOULD_ASK, code
    return code


def _real_store(service: str) -> MacKeychainStore:
    from authui.stores.keychain.macos import MacKeychainStore
    from authui.stores.keychain.macos_memory import Memory

    return MacKeychainStore(service=service, memory=Memory())


def _security(arguments: list[str]) -> tuple[int, str]:
    done = subprocess.run(
        ["/usr/bin/security", *arguments], capture_output=True, text=True, check=False, timeout=90
    )
    return done.returncode, done.stdout + (done.stderr if done.returncode else "")


def _stop(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
