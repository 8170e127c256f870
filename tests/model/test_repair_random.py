"""Random files, broken at random: taking them apart loses nothing."""

from __future__ import annotations

import random
import re

import pytest

from authui.model.errors import DecodeError
from authui.model.repair import rebuild, take_apart
from authui.model.wire import decode_file
from tests.model.test_repair import nothing_is_lost, texts
from tests.support.file_cases import random_file


def whole_file(rng: random.Random) -> str:
    entries = []
    for number in range(rng.randrange(1, 9)):
        value = rng.choice(
            [
                f'{{"BearerToken":"t{number}"}}',
                f'{{"CondaToken" : "c{number}é\\"\\\\"}}',
                f'{{"BasicHTTP":{{"username":"u","password":"p{number}, {{x}}"}}}}',
                f'{{"S3Credentials":["a{number}","s",null]}}',
                (
                    f'{{"OAuth":{{"access_token":"o{number}","token_endpoint":"https://i/","client_id":"c",'
                    f'"x":{{"y":[1,{{}}]}}}}}}'
                ),
            ]
        )
        entries.append(f'"h{number}.test":{rng.choice(["", " "])}{value}')
    comma = rng.choice([",", ", ", ",\n  "])
    return "{" + comma.join(entries) + "}"


def mutated(rng: random.Random, data: bytes) -> bytes:
    out = bytearray(data)
    for _ in range(rng.randrange(1, 4)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(5):
            case 0:
                out[at : at + rng.randrange(1, 9)] = b""
            case 1:
                out[at:at] = rng.choice(
                    [b'"', b"{", b"}", b",", b"\n", b"\\", b"\xff", b"//", b"/*", b"[", b":", b"\0"]
                )
            case 2:
                out[at:] = b""
            case 3:
                other = rng.randrange(len(out) + 1)
                out[at:at] = out[other : other + 30]
            case _:
                out[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(out)


@pytest.mark.parametrize("seed", range(40))
def test_no_mutation_loses_anything(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        original = whole_file(rng).encode()
        data = mutated(rng, original)
        repair = take_apart(data)
        fixes = {i: bad.proposal for i, bad in enumerate(repair.bad) if bad.proposal}
        for values in ({}, fixes):
            found = decode_file(rebuild(repair, values))
            assert len(found) == len(repair.good) + len(values)
            kept = {(e.host, e.text.reveal()) for e in found}
            assert set(texts(repair)) <= kept
        if not data.startswith((b"{\0", b"\0{", b"\xff\xfe", b"\xfe\xff")):
            nothing_is_lost(data)
        held = "".join(host + text for host, text in texts(repair))
        held += "".join(bad.raw.reveal() for bad in repair.bad)
        for token in re.findall(r"[tcpao]\d", data.decode("utf-8", "replace")):
            assert token in held


def test_a_valid_file_comes_back_as_it_is() -> None:
    rng = random.Random(7)
    for _ in range(50):
        data = whole_file(rng).encode()
        repair = take_apart(data)
        assert repair.bad == ()
        assert [(e.host, e.text) for e in decode_file(data)] == list(repair.good)


def test_random_files_lose_nothing_and_valid_ones_stay_whole() -> None:
    for seed in range(1500):
        data = random_file(random.Random(seed))
        repair = take_apart(data)
        try:
            entries = decode_file(data)
        except DecodeError:
            fixes = {i: bad.proposal for i, bad in enumerate(repair.bad) if bad.proposal}
            assert len(decode_file(rebuild(repair, fixes))) == len(repair.good) + len(fixes)
            if not data.startswith((b"\xff\xfe", b"\xfe\xff")) and data[:200].count(0) < 5:
                nothing_is_lost(data)
        else:
            assert repair.bad == ()
            assert list(repair.good) == [(entry.host, entry.text) for entry in entries]
