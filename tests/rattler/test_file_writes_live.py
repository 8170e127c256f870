"""Files that authui wrote, before real rattler; files that rattler wrote, carried over."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, CondaToken, Credential, OAuth
from authui.model.errors import ChangedMeanwhile
from authui.model.secret import Secret
from authui.model.wire import decode_file, encode_file, encode_text
from authui.stores.base import Stored
from tests.contracts.store_contract import ALL_KINDS
from tests.support.json_files import store, token
from tests.support.judge import Judge, Sent
from tests.support.wire_tables import ACCEPTED

pytestmark = pytest.mark.rattler

URL = "http://h.test/c"
EXPIRING = OAuth(
    Secret("old"),
    "http://idp.test/t",
    "c",
    refresh_token=Secret("again"),
    expires_at=1,
    audience="a",
)
ANSWER = json.dumps({"access_token": "new", "refresh_token": "next", "expires_in": 3600})


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


@pytest.fixture
def path(own_home: Path) -> Path:
    return own_home / ".rattler" / "credentials.json"


def ask(judge: Judge, home: Path, url: str = URL, answer: str | None = None) -> Sent:
    return judge.send(url, variables={"HOME": str(home)}, token_answer=answer)


def put(path: Path, host: str, credential: Credential) -> None:
    target = store(path)
    target.write(host, encode_text(credential), before=target.read(host))


def texts(path: Path) -> dict[str, Secret]:
    return {entry.host: entry.text for entry in decode_file(path.read_bytes())}


def test_rattler_sends_what_was_written(judge: Judge, path: Path, own_home: Path) -> None:
    assert ask(judge, own_home).authorization is None
    basic = base64.b64encode("ü:é☃".encode()).decode()
    for credential, url, authorization in (
        (BearerToken(Secret("secret")), f"{URL}/noarch", "Bearer secret"),
        (BasicHTTP("ü", Secret("é☃")), f"{URL}/noarch", f"Basic {basic}"),
        (CondaToken(Secret("tk")), "http://h.test/t/tk/c/noarch", None),
        (OAuth(Secret("oa"), "http://idp.test/t", "c"), f"{URL}/noarch", "Bearer oa"),
    ):
        put(path, "h.test", credential)
        sent = ask(judge, own_home)
        assert (sent.url, sent.authorization) == (f"{url}/repodata.json", authorization)
        store(path).delete("h.test")
        sent = ask(judge, own_home)
        assert (sent.stores_accepted, sent.authorization) == (True, None)
    assert path.read_bytes() == b"{}"


def test_the_bytes_are_those_that_rattler_would_write(
    judge: Judge, path: Path, own_home: Path
) -> None:
    """rattler rewrites the whole file when it stores a token: only that token may then differ."""
    hosts = ["z", "Z", "é", "\uffff", "\U0001f600", '"\\', "\x00\x1f\x7f\u2028", ""]
    for host, credential in [*ALL_KINDS.items(), *((h, BearerToken(Secret(h))) for h in hosts)]:
        put(path, host, credential)
    put(path, "h.test", EXPIRING)
    store(path).delete("bucket")
    ours = path.read_bytes()
    assert ask(judge, own_home, answer=ANSWER).authorization == "Bearer new"
    theirs = path.read_bytes()
    assert theirs != ours
    renewed = texts(path)["h.test"]
    pairs = [(e.host, renewed if e.host == "h.test" else e.text) for e in decode_file(ours)]
    assert encode_file(pairs) == theirs


def test_what_rattler_wrote_is_carried_over_byte_for_byte(
    judge: Judge, path: Path, own_home: Path
) -> None:
    path.parent.mkdir()
    accepted = [text for text, _ in ACCEPTED]
    values = {
        "h.test": encode_text(EXPIRING),
        **{f"{n}": Secret(t) for n, t in enumerate(accepted)},
    }
    path.write_bytes(encode_file(values))
    assert ask(judge, own_home, answer=ANSWER).authorization == "Bearer new"
    theirs = path.read_bytes()
    put(path, "m.test", BearerToken(Secret("x")))
    added = path.read_bytes()
    at = added.index(b',"m.test":{"BearerToken":"x"}')
    assert added[:at] + added[at + len(b',"m.test":{"BearerToken":"x"}') :] == theirs
    store(path).delete("m.test")
    assert path.read_bytes() == theirs


def test_what_rattler_accepts_it_still_accepts_when_carried_over(
    judge: Judge, path: Path, own_home: Path
) -> None:
    """As people and other versions write it: arrays, escapes, unknown fields, copies of a host."""
    path.parent.mkdir()
    parts = [f'"{n}" : {text}' for n, (text, _) in enumerate(ACCEPTED)]
    parts += ['"h.test":{"BearerToken":"1"}', '"h\\u002etest": {"BearerToken":\n"2"}']
    path.write_text("{ " + " ,\n".join(parts) + "\n}\n")
    was = [(e.host, e.text) for e in decode_file(path.read_bytes())]
    put(path, "n.test", BearerToken(Secret("n")))
    assert ask(judge, own_home).authorization == "Bearer 2"
    assert ask(judge, own_home, "http://n.test/c").authorization == "Bearer n"
    kept = [(e.host, e.text) for e in decode_file(path.read_bytes()) if e.host != "n.test"]
    assert kept == sorted(was, key=lambda pair: pair[0])
    store(path).delete("h.test")
    sent = ask(judge, own_home)
    assert (sent.stores_accepted, sent.authorization) == (True, None)


def test_a_token_that_rattler_refreshed_meanwhile_is_not_replaced(
    judge: Judge, path: Path, own_home: Path
) -> None:
    put(path, "h.test", EXPIRING)
    before = store(path).read("h.test")
    put(path, "n.test", BearerToken(Secret("n")))
    assert ask(judge, own_home, answer=ANSWER).authorization == "Bearer new"
    with pytest.raises(ChangedMeanwhile):
        store(path).write("h.test", token("mine"), before=before)
    with pytest.raises(ChangedMeanwhile):
        store(path).delete("h.test", before=before)
    entry = next(e for e in decode_file(path.read_bytes()) if e.host == "h.test")
    assert isinstance(entry.credential, OAuth)
    assert entry.credential.access_token == Secret("new")
    assert (entry.credential.expires_at or 0) > time.time()


def test_behind_a_symlink_the_file_itself_changes(
    judge: Judge, own_home: Path, tmp_path: Path
) -> None:
    real = tmp_path / "dotfiles" / "credentials.json"
    put(real, "h.test", BearerToken(Secret("1")))
    link = own_home / "link.json"
    link.symlink_to(real)
    put(link, "h.test", BearerToken(Secret("2")))
    variables = {"HOME": str(own_home), "RATTLER_AUTH_FILE": str(link)}
    assert judge.send(URL, variables=variables).authorization == "Bearer 2"
    assert link.is_symlink()
    assert store(real).read("h.test") == Stored(token("2"))


def test_leftovers_are_nothing_to_rattler(judge: Judge, path: Path, own_home: Path) -> None:
    put(path, "h.test", BearerToken(Secret("1")))
    (path.parent / f".authui-{path.name}.00000000").write_text("half")
    assert ask(judge, own_home).authorization == "Bearer 1"
    store(path).tidy()
    assert os.listdir(path.parent) == [path.name]
