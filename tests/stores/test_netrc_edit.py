"""One machine of a netrc file is changed, and nothing else of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from authui.model.errors import AuthuiError, NotStored, ReadOnly
from authui.model.secret import Secret
from authui.stores.netrc_edit import Pair, cannot_hold, read, with_machine, without_machine
from authui.stores.pypi.uv_netrc_grammar import parse_uv_netrc
from tests.support.netrc_cases import random_netrc
from tests.support.uv_netrc_cases import random_uv_netrc

NEW = Secret("n3w#p")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "machine h.test login me password n3w#p\n"),
        ("machine h.test login a password b", "machine h.test login me password n3w#p"),
        (
            "machine a login a password b\r\nmachine h.test\r\n\tlogin  x\r\n\tpassword y\r\n",
            "machine a login a password b\r\nmachine h.test\r\n\tlogin  me\r\n\tpassword n3w#p\r\n",
        ),
        ("machine h.test\nlogin x\n", "machine h.test password n3w#p\nlogin me\n"),
        ("machine h.test", "machine h.test login me password n3w#p"),
        ("machine a login a password b", "machine a login a password b\nmachine h.test login me password n3w#p\n"),
        ("machine a login a password b\r\n", "machine a login a password b\r\nmachine h.test login me password n3w#p\r\n"),
        (
            "machine a login a password b\ndefault login d password e\n",
            "machine a login a password b\nmachine h.test login me password n3w#p\ndefault login d password e\n",
        ),
        (
            "machine a login a password b\nmacdef m\nls\n",
            "machine a login a password b\nmacdef m\nls\n\nmachine h.test login me password n3w#p\n",
        ),
        (
            "machine a login a password b\n# mine\nmachine h.test login x password y # kept\n",
            "machine a login a password b\n# mine\nmachine h.test login me password n3w#p # kept\n",
        ),
        ('machine "h.test" login "x y" password "z"\n', 'machine "h.test" login me password n3w#p\n'),
        (
            "machine b password 1\nmachine h.test login x login y password z\n",
            "machine b password 1\nmachine h.test login x login me password n3w#p\n",
        ),
        (
            "machine h.test login 1 password 1\nmachine h.test login 2 password 2\n",
            "machine h.test login 1 password 1\nmachine h.test login me password n3w#p\n",
        ),
    ],
)  # fmt: skip
def test_a_machine_is_set_at_its_own_tokens(before: str, after: str) -> None:
    assert with_machine(before, "h.test", "me", NEW) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("machine h.test login a password b", ""),
        ("machine h.test\n  login a\n  password b\nmachine x login y password z\n",
         "machine x login y password z\n"),
        ("machine x login y password z machine h.test login a password b\n",
         "machine x login y password z\n"),
        ("machine h.test login a password b machine x login y password z\n",
         "machine x login y password z\n"),
        ("machine x login y password z\n# about h\nmachine h.test login a password b # old\n# end\n",
         "machine x login y password z\n# about h\n# old\n# end\n"),
        ("machine h.test login 1 password 1\nmachine x login y password z\nmachine h.test login 2 password 2\n",
         "machine x login y password z\n"),
    ],
)  # fmt: skip
def test_a_machine_is_taken_out_with_the_lines_it_had_alone(before: str, after: str) -> None:
    assert without_machine(before, "h.test") == after


def test_what_is_not_there_cannot_be_taken_out() -> None:
    with pytest.raises(NotStored):
        without_machine("machine x login a password b\n", "h.test")


def test_a_file_that_uv_refuses_is_left() -> None:
    text = "machine a login a password b\n\n# below an empty line\n"
    changes: tuple[Callable[[], str], ...] = (
        lambda: with_machine(text, "a", "u", NEW),
        lambda: without_machine(text, "a"),
    )
    for change in changes:
        with pytest.raises(ReadOnly) as caught:
            change()
        assert "line 3" in caught.value.message


def test_a_change_that_would_make_another_machine_unreadable_is_refused() -> None:
    # Without the machine above it, uv takes this comment for a word that it does not know.
    text = "machine h.test login a password b\n#left alone\nmachine x login y password z\n"
    with pytest.raises(ReadOnly):
        without_machine(text, "h.test")


@pytest.mark.parametrize(
    "value", ["a b", "a\tb", 'a"b', "a\\b", "a\u00a0b", "a\x1fb", "a\x7fb", "a\nb"]
)
def test_what_the_grammars_would_read_differently_is_known_beforehand(value: str) -> None:
    assert cannot_hold("me", Secret(value)) is not None
    assert cannot_hold(value, Secret("p")) is not None


@pytest.mark.parametrize("value", ["#c", "machine", "é☃", "a:b", "login", "default", "[/x]"])
def test_what_looks_odd_but_is_the_same_to_both_can_be_held(value: str) -> None:
    assert cannot_hold(value, Secret(value)) is None
    made = with_machine("machine a login 1 password 2\n", "h.test", value, Secret(value))
    both = read(made)
    assert both.rattler is not None
    assert both.uv is not None
    assert both.rattler["h.test"] == both.uv["h.test"] == Pair(value, Secret(value))


def _outside(text: str, name: str) -> list[str]:
    """Everything but the machine's own tokens and what lies between tokens, in its order."""
    mine = [span for one in parse_uv_netrc(text) if one.name == name for span in one.spans]
    for span in sorted(mine, key=lambda one: one.start, reverse=True):
        text = text[: span.start] + " " + text[span.end :]
    return text.split()


def test_random_files_keep_everything_else() -> None:
    rng = random.Random(7)
    seen: Counter[str] = Counter()
    while seen["edited"] < 200:
        data = random_netrc(rng) if rng.random() < 0.5 else random_uv_netrc(rng).encode()
        try:
            text = data.decode()
            before = {one.name for one in parse_uv_netrc(text)}
        except (UnicodeDecodeError, AuthuiError):
            seen["refused by uv"] += 1
            continue
        name = rng.choice(["h.test", "x.test", "127.0.0.1", *sorted(before - {"default"})])
        old = read(text)
        is_removal = rng.random() < 0.4
        try:
            if is_removal:
                after = without_machine(text, name)
            else:
                after = with_machine(text, name, "me", NEW)
        except NotStored:
            assert name not in before
            continue
        except ReadOnly:
            seen["refused"] += 1
            continue
        seen["edited"] += 1
        seen["removed" if is_removal else "replaced" if name in before else "added"] += 1
        new = read(after)
        assert new.uv is not None
        assert new.rattler is not None or old.rattler is None
        wanted = None if is_removal else Pair("me", NEW)
        assert new.uv.get(name) == wanted
        if new.rattler is not None and old.rattler is not None:
            seen["both read it"] += 1
            assert new.rattler.get(name) == wanted
        assert _outside(after, name) == _outside(text, name)
        if name in before and not is_removal:
            _same_but_values(text, after, name)
        elif not is_removal:
            at = after.index(f"machine {name} login me")
            assert text.startswith(after[:at].rstrip("\r\n"))
            assert text.endswith(after[at:].partition("\n")[2])
    assert min(seen[kind] for kind in ("removed", "replaced", "added", "both read it")) > 20, seen
    assert seen["refused"] < 40, seen


def _same_but_values(before: str, after: str, name: str) -> None:
    """Outside of the values and of what was put behind the name, byte for byte."""
    old = [one for one in parse_uv_netrc(before) if one.name == name][-1]
    behind = max(span.end for span in old.spans if span.role in ("name", "default"))
    last = {role: [s for s in old.spans if s.role == role][-1:] for role in ("login value", "password value")}  # fmt: skip
    kept = [(s.start, s.end) for found in last.values() for s in found]
    pieces, at = [], 0
    for start, end in sorted([(behind, behind), *kept]):
        pieces.append(before[at:start])
        at = max(at, end)
    pieces.append(before[at:])
    place = 0
    for piece in pieces:
        found = after.find(piece, place)
        assert found >= 0, (before, after)
        place = found + len(piece)
    assert after.startswith(pieces[0])
    assert after.endswith(pieces[-1])
