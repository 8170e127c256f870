"""Real rattler and real uv read what became of edited netrc files."""

from __future__ import annotations

import base64
import random
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

import pytest

from authui.model.credential import BasicHTTP
from authui.model.errors import AuthuiError, ReadOnly
from authui.model.secret import Secret
from authui.model.wire import encode_text
from authui.stores.base import StoreInfo
from authui.stores.netrc import NetrcStore
from tests.rattler.test_netrc_live import sent_for
from tests.stores.pypi.test_uv_netrc_live import foretold
from tests.support.judge import Judge
from tests.support.netrc_cases import random_netrc
from tests.support.uv_netrc_cases import random_uv_netrc
from tests.support.uv_netrc_judge import Question, UvNetrcJudge

pytestmark = pytest.mark.rattler

INFO = StoreInfo("netrc", ("netrc",), "netrc", ".netrc", "default", encrypted=False)
FILES = 12
REFUSED = object()
Wish: TypeAlias = Literal["add", "replace", "delete"]
WISHES: tuple[Wish, ...] = ("add", "replace", "delete")
HOSTS = ("h.test", "x.test", "new.test")
VALUES = ("a", "#c", "machine", "é☃", "a:b'$`%", "default", "{[<,;>]}", "\U0001f600", "-", "login")


@pytest.fixture
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


@pytest.fixture
def uv(tmp_path: Path) -> Iterator[UvNetrcJudge]:
    with UvNetrcJudge(tmp_path) as judge:
        yield judge


def header(login: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


def drawn_for(rng: random.Random, path: Path, wish: Wish) -> tuple[NetrcStore, str]:
    """A random file that both grammars read, and a host of it for which the wish makes sense."""
    while True:
        is_uvs = rng.random() < 0.3
        path.write_bytes(random_uv_netrc(rng).encode() if is_uvs else random_netrc(rng))
        store, host = NetrcStore(str(path), INFO), rng.choice(HOSTS)
        if store.refusal() is None and (store.read(host) is None) == (wish == "add"):
            return store, host


def edit(rng: random.Random, store: NetrcStore, host: str, wish: Wish) -> object:
    """The header that is to be sent from now on, None after a deletion, or `REFUSED`."""
    stands = store.read(host)
    login, password = rng.choice(VALUES), rng.choice(VALUES)
    try:
        if wish == "delete":
            store.delete(host, before=stands)
            return None
        credential = encode_text(BasicHTTP(login, Secret(password)))
        assert store.write(host, credential, before=stands) == store.read(host)
    except ReadOnly:
        return REFUSED
    return header(login, password)


def all_sent(
    judge: Judge, uv: UvNetrcJudge, homes: list[Path]
) -> list[dict[str, tuple[object, object]]]:
    """What rattler and uv send to each of the hosts, for each of the files."""
    questions = [Question(host, {"HOME": str(home)}) for home in homes for host in HOSTS]
    by_uv = iter(uv.send(questions))
    return [
        {
            host: (
                judge.send(f"http://{host}/c", variables={"HOME": str(home)}).authorization,
                next(by_uv)[1:],
            )
            for host in HOSTS
        }
        for home in homes
    ]


def test_both_read_what_was_written_and_all_else_as_before(
    judge: Judge, uv: UvNetrcJudge, tmp_path: Path
) -> None:
    seed = secrets.randbits(32)
    rng = random.Random(seed)
    wishes: dict[Path, tuple[NetrcStore, str, Wish]] = {}
    for number, wish in enumerate(WISHES * (FILES // 3)):
        place = tmp_path / str(number)
        place.mkdir()
        wishes[place] = (*drawn_for(rng, place / ".netrc", wish), wish)
    before = all_sent(judge, uv, list(wishes))
    edits = []
    for place, (store, host, wish) in wishes.items():
        text = (place / ".netrc").read_bytes()
        made = edit(rng, store, host, wish)
        if made is REFUSED:
            assert (place / ".netrc").read_bytes() == text
        edits.append((host, made))
    after = all_sent(judge, uv, list(wishes))
    for place, old, new, (host, made) in zip(wishes, before, after, edits, strict=True):
        told = f"seed {seed}: {host} {made} {(place / '.netrc').read_bytes()!r}"
        for other in HOSTS:
            if other != host or made is REFUSED:
                assert new[other] == old[other], told
        if isinstance(made, str):
            assert new[host] == (made, [made]), told
        elif made is None:
            left = NetrcStore(str(place / ".netrc"), INFO)
            assert left.read(host) is None, told
            by_uv = foretold(Question(host, {"HOME": str(place)}))
            assert new[host] == (sent_for(left, f"http://{host}/c"), by_uv[1:]), told
    assert sum(made is REFUSED for _, made in edits) < FILES / 2, seed


@pytest.mark.parametrize("value", VALUES)
def test_both_read_every_character_that_may_be_written(
    judge: Judge, uv: UvNetrcJudge, own_home: Path, value: str
) -> None:
    store = NetrcStore(str(own_home / ".netrc"), INFO)
    store.write("h.test", encode_text(BasicHTTP(value, Secret(value))), before=None)
    variables = {"HOME": str(own_home)}
    assert judge.send("http://h.test/c", variables=variables).authorization == header(value, value)
    assert uv.send([Question("h.test", variables)]) == [[None, header(value, value)]]


def test_what_one_of_them_would_read_otherwise_is_not_written(own_home: Path) -> None:
    store = NetrcStore(str(own_home / ".netrc"), INFO)
    for value in ('"', "\\", "a b", "a\u00a0b", "\u3000", "a\rb", "a\nb"):
        with pytest.raises(AuthuiError):
            store.write("h.test", encode_text(BasicHTTP("u", Secret(value))), before=None)
    assert not (own_home / ".netrc").exists()
