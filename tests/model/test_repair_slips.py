"""A slip of the hand in a file: no token becomes a name that is shown, and every one is kept."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from authui.model import wire_split
from authui.model.errors import DecodeError
from authui.model.mending import Mend
from authui.model.repair import rebuild, take_apart
from authui.model.set_aside import set_aside_text
from authui.model.wire import decode_file

CANARY = "canary7f3a9c"
FORMS = (
    '{{"BearerToken":"{0}"}}',
    '{{"CondaToken" : "{0}"}}',
    '{{"BasicHttp":{{"username":"u","password":"{0}"}}}}',
    '{{"S3Credentials":{{"access_key_id":"a","secret_access_key":"{0}","session_token":"{0}"}}}}',
    '{{"OAuth":{{"access_token":"{0}","refresh_token":"{0}","token_endpoint":"t","client_id":"c"}}}}',
    '"{{\\"BearerToken\\":\\"{0}\\"}}"',
)


def told(data: bytes) -> str:
    """All that is said of a broken file, its host names included."""
    texts = []
    try:
        decode_file(data)
    except DecodeError as error:
        texts += [error.message, error.hint or ""]
    repair = take_apart(data)
    texts += [f"{bad.host} {bad.reason}" for bad in repair.bad]
    return "\n".join([*texts, *(host for host, _ in repair.good)])


@pytest.mark.parametrize(
    "text",
    [
        f'{{"a.test":{{"BearerToken":}}"{CANARY}"}}}}',
        f'{{"a.test":{{"BearerToken":"x"}},"{CANARY}"}}',
        f'{{"a.test":{{"BearerToken":"x"}},"{CANARY}"',
        f'{{"a.test": ,"{{\\"BearerToken\\":\\"{CANARY}\\"}}", "b.test":null}}',
        f'{{"a.test:{{\\"BearerToken\\":\\"{CANARY}\\"}}"}}',
        f'{{"{{\\"BearerToken\\":\\"{CANARY}\\"}}":null}}',
        f'{{"a.test":{{"CondaToken": "{CANARY}}},b.test": {{"BearerToken":"x"}},"c.test":[]}}',
    ],
)
def test_a_token_where_a_name_should_stand_is_not_shown(text: str) -> None:
    assert CANARY not in told(text.encode())


@pytest.mark.parametrize(
    "kind", [f"BearerToken:{CANARY[:9]}", "CondaToken : s3cr3t", "token-canary7f3a9c", "basicpass1"]
)
def test_a_token_in_the_place_of_a_kind_is_not_shown(kind: str) -> None:
    assert kind not in told(f'{{"a.test":{{"{kind}"}}}}'.encode())
    assert kind not in told(f'{{"a.test":{{"{kind}":"x"}}}}'.encode())


@pytest.mark.parametrize("kind", ["BasicHttp", "bearer_token", "S3", "oauth2", "Conda Tokens"])
def test_a_kind_that_is_only_misspelled_is_named(kind: str) -> None:
    assert f'unknown kind "{kind}"' in told(f'{{"a.test":{{"{kind}":1}}}}'.encode())


def test_a_host_without_its_colon_is_still_known() -> None:
    (bad,) = take_apart(b'{"a.test" {"BearerToken":"x"}}').bad
    assert bad.host == "a.test"
    assert (bad.value, bad.proposal) == (None, None)


def test_an_odd_name_that_rattler_takes_stays() -> None:
    data = b'{"{a}":{"BearerToken":"x"},}'
    assert [host for host, _ in take_apart(data).good] == ["{a}"]


@pytest.mark.parametrize("comment", ["/* why */", "/* why"])
def test_a_comment_within_a_value_that_was_a_string_is_kept(comment: str) -> None:
    value = f'"{{\\"BearerToken\\":\\"x\\"}} {comment}"'
    entry, kept = take_apart(f'{{"a.test":{value}}}'.encode()).bad
    assert entry.mends == (Mend.UNWRAP, Mend.TIDY)
    assert entry.proposal is not None
    assert entry.proposal.reveal() == '{"BearerToken":"x"}'
    assert (kept.host, kept.raw.reveal()) == (None, comment)


def slips() -> Iterator[tuple[str, list[str]]]:
    """Files in which one sign is missing, doubled or one too many, and their tokens."""
    for seed in range(1200):
        rng = random.Random(seed)
        tokens = [f"SEC{number}{seed:04}" for number in range(rng.randrange(1, 6))]
        entries = (f'"h{n}.test": {rng.choice(FORMS).format(t)}' for n, t in enumerate(tokens))
        text = "{" + rng.choice([",", ",\n  "]).join(entries) + "}"
        at = rng.choice([i for i, sign in enumerate(text) if sign in '"{},:\\'])
        sign = rng.choice(["", "", text[at] * 2, text[at] + rng.choice('"{},:')])
        yield text[:at] + sign + text[at + 1 :], tokens


def test_no_slip_shows_or_loses_a_token() -> None:
    for text, tokens in slips():
        data = text.encode()
        assert re.search(r"SEC\d", told(data)) is None, text
        repair = take_apart(data)
        fixes = {i: bad.proposal for i, bad in enumerate(repair.bad) if bad.proposal}
        aside = [index for index in range(len(repair.bad)) if index not in fixes]
        kept = rebuild(repair, fixes) + set_aside_text(repair, aside, "/x", data)
        assert all(token.encode() in kept for token in tokens if token in text), text


class Counting:
    """A pattern that counts the characters it is given to look through."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.characters = 0

    def finditer(self, text: str, at: int, limit: int | None = None) -> Iterator[re.Match[str]]:
        end = len(text) if limit is None else limit
        for found in self.pattern.finditer(text, at, end):
            self.characters += max(found.end(), at) - at
            at = found.end()
            yield found
        self.characters += end - at


@pytest.mark.parametrize(
    ("entries", "good", "bad"),
    [
        ('"b{0}":{{"X": ,"g{0}":{{"BearerToken":"x"}}', 200, 200),
        ('"b{0}": nobody', 0, 200),
    ],
)
def test_what_stays_open_costs_no_second_walk(
    monkeypatch: pytest.MonkeyPatch, entries: str, good: int, bad: int
) -> None:
    walked = [Counting(wire_split._LOOSE), Counting(wire_split._NEXT)]
    monkeypatch.setattr(wire_split, "_LOOSE", walked[0])
    monkeypatch.setattr(wire_split, "_NEXT", walked[1])
    data = "{" + ",".join(entries.format(number) for number in range(200)) + "}"
    repair = take_apart(data.encode())
    assert (len(repair.good), len(repair.bad)) == (good, bad)
    assert all(pattern.characters <= 2 * len(data) for pattern in walked)
