"""The screen's part of `make bench`: authui against bare Textual with the same widgets.

Both draw on terminals of the same size, and what counts is what arrives there.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.gnome_keyring import GnomeKeyring
from tests.support.measuring import AUTHUI, NO_BUS, PYTHON, environment, fast, ratio
from tests.support.screen_program import ScreenProgram

SUPPORT = Path(__file__).parent / "support"
BARE = (PYTHON, "-P", str(SUPPORT / "bare_screen.py"))
CHILD = (PYTHON, "-P", str(SUPPORT / "bench_child.py"))

FRAME = ("Entries",)
"""What the first picture shows: the title of the table."""

ROWS = (*(f"h{number}.example" for number in range(10, 20)), "50 entries")
"""What is there once all stores have answered: ten rows, at least one of each store, and a count."""

KEYS = ("Test URL",)
"""What the footer shows."""

MARK = "✓ used"
"""What the table says in the row of the entry that answers the URL."""

OPEN_URL = "t"
LEFT, BACKSPACE, DELETE_ALL = "\x1b[D", "\x7f", "\x15"

STARTS = 12
KEYSTROKES = 150
BURSTS = 30
TYPED_URLS = 15

ALONE = 0.12
"""Seconds between two keys after which both programs have long been idle."""

RHYTHM = 0.05
"""Seconds between two keys of a fast typist."""


@contextmanager
def running(place: Path, *words: str, bus: str = NO_BUS) -> Iterator[ScreenProgram]:
    """A program that ends as it should, in a home directory without credentials."""
    home = place / "home"
    home.mkdir(exist_ok=True)
    with ScreenProgram(words, environment(home, bus)) as program:
        yield program
        program.quit()


def in_turns(rounds: int, *calls: Callable[[], list[float]]) -> list[list[list[float]]]:
    """What the calls return, for each of them a list for each of the values."""
    for call in calls:  # warm caches
        call()
    turns = [[call() for call in calls] for _ in range(rounds)]
    return [[list(values) for values in zip(*one, strict=True)] for one in zip(*turns, strict=True)]


def first_screen(place: Path) -> float:
    """The worse of two ratios: until the first picture, and until the screen is complete.

    Between them come the rows, without a bound: the peer has its own from the start, authui asks
    five stores for them while the first picture is drawn.
    """

    def starting(*words: str) -> list[float]:
        with running(place, *words) as program:
            moments = [program.wait_for(*texts) for texts in (FRAME, ROWS, KEYS)]
            return [(moment - program.started) * 1000 for moment in moments]

    names = ("until the first picture", "until all rows, no bound", "until rows and footer")
    ours, theirs = in_turns(
        STARTS, lambda: starting(*CHILD, "50"), lambda: starting(*BARE, "screen")
    )
    first, _, complete = (
        ratio(one, other, of=f"{name}: {fast(one) / fast(other):.2f}")
        for one, other, name in zip(ours, theirs, names, strict=True)
    )
    return max(first, complete)


def memory(place: Path) -> float:
    """Peak memory with entries that cost nothing to read."""
    return _memory(place, *CHILD, "50")


def memory_with_keychain(place: Path) -> float:
    """Peak memory with entries in a real keychain, and what it takes to read them."""
    with GnomeKeyring() as keyring:
        for number in range(50):
            keyring.client.put("current", f"h{number}.example", '{"BearerToken":"t"}')
        return _memory(place, AUTHUI, bus=keyring.address)


def _memory(place: Path, *words: str, bus: str = NO_BUS) -> float:
    def using(*words: str) -> list[float]:
        with running(place, *words, bus=bus) as program:
            program.wait_for(*ROWS, *KEYS)
            program.rest(1)
            return [program.peak_memory()]

    ours, theirs = in_turns(3, lambda: using(*words), lambda: using(*BARE, "screen"))
    return ratio(ours[0], theirs[0], unit="MiB")


class Typing:
    """A URL whose host gets a digit and loses it again, each time with another verdict."""

    def __init__(self, program: ScreenProgram, verdict: str, open_with: str = "") -> None:
        """`verdict` is how one begins that is about the host in the place of `{}`."""
        self._program = program
        self._verdict = verdict
        self._digit = 0
        program.press(f"{open_with}https://h1.example/")
        program.wait_for(verdict.format("h1.example"))
        program.press(LEFT * len(".example/"))
        program.rest(1)

    def keys(self) -> list[float]:
        """The milliseconds from a key to its verdict: for a digit, and for its removal."""
        self._digit = (self._digit + 1) % 10
        added = self._timed(str(self._digit), f"h1{self._digit}.example")
        return [added, self._timed(BACKSPACE, "h1.example")]

    def burst(self) -> list[float]:
        """The milliseconds from eleven keys, sent at once, to the verdict of the last one."""
        self._digit = (self._digit + 1) % 10
        self._program.press(DELETE_ALL)
        self._program.rest(ALONE)
        taken = self._timed(f"https://h1{self._digit}", f"h1{self._digit}.example")
        self._timed(BACKSPACE, "h1.example")
        return [taken]

    def _timed(self, keys: str, host: str) -> float:
        pressed = self._program.press(keys)
        taken = self._program.wait_for(self._verdict.format(host)) - pressed
        # Not in step with anything that the programs do at intervals.
        self._program.rest(ALONE + random.uniform(0, 0.02))
        return taken * 1000


def keystroke_50(place: Path) -> float:
    """A key until its verdict, among few entries."""
    return _keystroke(place, 50)


def keystroke_10000(place: Path) -> float:
    """A key until its verdict, among very many entries."""
    return _keystroke(place, 10_000)


def _keystroke(place: Path, entries: int) -> float:
    with (
        running(place, *CHILD, str(entries)) as ours,
        running(place, *BARE, "tester") as theirs,
    ):
        ours.wait_for(*KEYS, f"{entries} entries")
        typing, peer = Typing(ours, "✓ {} from", OPEN_URL), Typing(theirs, "✓ https://{}/")
        bursts = in_turns(BURSTS, typing.burst, peer.burst)
        ratio(bursts[0][0], bursts[1][0], of="for eleven keys at once, no bound")
        alone = in_turns(KEYSTROKES // 2, typing.keys, peer.keys)
        return ratio(*(digits + removals for digits, removals in alone), of="for one key")


def marks_follow(place: Path) -> float:
    """The milliseconds by which the table's marks come after the verdict, in hundreds.

    The last key of a URL is pressed in the rhythm of the others and makes the first match.
    """
    verdicts, marks = [], []
    with running(place, *CHILD, "10000") as program:
        program.wait_for(*KEYS, "10000 entries")
        program.press(OPEN_URL)
        for turn in range(TYPED_URLS):
            host = f"h100{turn % 10}.example"  # among the first rows
            program.press(DELETE_ALL)
            program.rest(0.5)  # until no mark of the URL before is left
            for key in f"https://{host}"[:-1]:
                program.press(key)
                program.rest(RHYTHM)
            pressed = program.press(host[-1])
            verdicts.append((program.wait_for(f"✓ {host} from") - pressed) * 1000)
            marks.append((program.wait_for(MARK) - pressed) * 1000)
    verdict, mark = statistics.median(verdicts), statistics.median(marks)
    print(f"    {mark:9.2f} ms after the last key, the verdict {verdict:.2f} ms after it")
    return (mark - verdict) / 100
