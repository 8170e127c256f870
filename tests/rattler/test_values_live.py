"""What is taken for a value or proposed for a pattern, against what real rattler does with it."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

import pytest

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    Kind,
    OAuth,
    S3Credentials,
)
from authui.model.errors import FieldProblem
from authui.model.lookup import Request
from authui.model.pasted import check
from authui.model.pattern import advise
from authui.model.request import build_request
from authui.model.secret import Secret
from authui.model.url import parse_url
from authui.model.wire import encode_file
from tests.support.judge import Judge, Sent
from tests.support.lookup_cases import IPV4, IPV6, NON_ASCII, ODD_TOKENS, OTHER_NON_ASCII, PORTS

pytestmark = pytest.mark.rattler

Ask: TypeAlias = Callable[..., Sent]
"""Asks rattler for a URL with one credential in its file, under the host of the URL by default."""

SEED = 4711
ENDPOINT = "http://idp.test/token"
ODD = (
    *ODD_TOKENS,
    "\x00",
    "\x1b[2J",
    "\x85",
    "\u2028",
    "%2e",
    ".%2E",
    "Bearer x",
    ":",
    "a:b",
    "\t\t",
    "𐀀",
)


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as judge:
        yield judge


@pytest.fixture
def ask(judge: Judge, own_home: Path) -> Ask:
    (own_home / ".rattler").mkdir()
    path = own_home / ".rattler" / "credentials.json"

    def ask(
        credential: Credential,
        host: str = "host.test",
        url: str = "http://host.test/c",
        **more: bool,
    ) -> Sent:
        path.write_bytes(encode_file({host: credential}))
        return judge.send(url, variables={"HOME": str(own_home)}, s3=more.get("s3", False))

    return ask


def is_accepted(credential: Credential) -> bool:
    try:
        check(credential)
    except FieldProblem:
        return False
    return True


def foretold(credential: Credential) -> tuple[str, str | None]:
    url = parse_url("http://host.test/c/noarch/repodata.json")
    request = build_request(url, credential, time.time())
    assert isinstance(request, Request)
    assert request.url is not None
    authorization = request.authorization
    return request.url.reveal(), None if authorization is None else authorization.reveal()


def disagreement(ask: Ask, credential: Credential, text: str) -> str | None:
    """None where what is accepted is sent in full, and what is refused is not of use."""
    sent = ask(credential)
    told = f"{credential.kind} {text!r} {sent}"
    if is_accepted(credential):
        if (sent.url, sent.authorization) != foretold(credential):
            return told
        return None if is_of_use(credential, sent) else told
    return told if is_of_use(credential, sent) else None


def is_of_use(credential: Credential, sent: Sent) -> bool:
    """Whether the server can find the whole value in the request."""
    if isinstance(credential, CondaToken):
        path = (sent.url or "").removeprefix("http://host.test")
        found = re.fullmatch(r"/t/([^/]+)/c/noarch/repodata\.json", path)
        return found is not None and unquote(found[1]) == unquote(credential.token.reveal())
    return sent.authorization not in (None, "Bearer ")


def texts(chance: random.Random, number: int) -> Iterator[str]:
    yield from ODD
    letters = [chr(code) for code in range(0x80)] + list("é☃\u00a0\u200b\x85𐀀")
    for _ in range(number):
        yield "".join(chance.choices(letters, k=chance.randrange(1, 6)))


@pytest.mark.parametrize("kind", [BearerToken, CondaToken])
def test_odd_tokens_are_sent_or_refused(ask: Ask, kind: type[BearerToken | CondaToken]) -> None:
    chance = random.Random(SEED)
    told = [disagreement(ask, kind(Secret(text)), text) for text in texts(chance, 100)]
    assert [line for line in told if line] == []


def test_odd_passwords_are_all_sent(ask: Ask) -> None:
    chance = random.Random(SEED)
    for text in texts(chance, 60):
        if text:
            credential = BasicHTTP(text, Secret(text[::-1]))
            assert is_accepted(credential)
            assert disagreement(ask, credential, text) is None
    assert is_accepted(BasicHTTP("", Secret("p")))
    assert ask(BasicHTTP("", Secret("p"))).authorization == "Basic OnA="


def test_odd_access_tokens_are_sent_or_refused(ask: Ask) -> None:
    for text in ODD:
        credential = OAuth(Secret(text), ENDPOINT, "c")
        assert disagreement(ask, credential, text) is None


@pytest.mark.parametrize("endpoint", ["", "idp.test/token", "ftp://idp.test/", "x", ENDPOINT])
def test_endpoints_that_are_refused_are_never_asked(ask: Ask, endpoint: str) -> None:
    soon = int(time.time()) + 100
    credential = OAuth(Secret("t"), endpoint, "c", Secret("r"), expires_at=soon)
    sent = ask(credential)
    assert sent.authorization == "Bearer t"
    assert bool(sent.refreshes) is is_accepted(credential)


def test_s3_keys_sign_whatever_they_are(ask: Ask) -> None:
    for text in ODD:
        if text:
            credential = S3Credentials(text, Secret(text), Secret(text))
            assert is_accepted(credential)
            sent = ask(credential, "bucket", "s3://bucket/c", s3=True)
            assert "X-Amz-Signature=" in (sent.url or ""), text
    for nobody in (
        S3Credentials("", Secret("s")),
        S3Credentials("a", Secret("")),
        S3Credentials("a", Secret("s"), Secret("")),
    ):
        assert not is_accepted(nobody)
    sent = ask(S3Credentials("", Secret("s")), "bucket", "s3://bucket/c", s3=True)
    assert "X-Amz-Credential=%2F" in (sent.url or "")  # signed in nobody's name


HOSTS = ("host.test", "Repo.Example.COM", "a_b.test", "localhost", "x.co.uk", "a.b.c.d.test", "%61.test",
         "h.test.", *NON_ASCII, *OTHER_NON_ASCII, *IPV4, *IPV6)  # fmt: skip
WILDCARDS = {"": "", "*.": "x.", ".": "x.", "a.*.": "a.x.", "*.*.": "x.y.", "a*b.": "axb."}
SCHEMES = ("", "", "http://", "HTTP://", "https://", "http:", "//")
PATHS = ("", "/", "/c/d", "/t/tok/c", "?a=b", "/x?y#z", "\\c", "//")


def test_the_host_of_what_was_typed_is_answered_under_the_proposal(ask: Ask) -> None:
    """Drawn in parts, so that the host is known without looking at the proposal."""
    chance = random.Random(SEED)
    bearer = BearerToken(Secret("tok"))
    proposed = 0
    for _ in range(300):
        host, wild = chance.choice(HOSTS), chance.choice(("", "", *WILDCARDS))
        userinfo = chance.choice(("", "", "u@", "u:p@"))
        port, path = chance.choice(("", *PORTS)), chance.choice(PATHS)
        typed = f"{chance.choice(SCHEMES)}{userinfo}{wild}{host}{port}{path}"
        is_address = host in IPV4 or host in IPV6
        url = f"http://{'' if is_address else WILDCARDS[wild]}{host}{port}/c"
        advice = advise(typed)
        if advice.proposal is None:
            # Either it is the pattern already, or rattler knows no such host.
            sent = ask(bearer, typed, url)
            assert sent.authorization == "Bearer tok" or sent.url is None, (typed, sent)
            continue
        proposed += 1
        sent = ask(bearer, advice.proposal, url)
        assert sent.authorization == "Bearer tok", (typed, advice.proposal, url, sent)
    assert proposed > 200


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("bucket/", "s3://bucket/c"),
        ("bucket/c/", "s3://bucket/c"),
        ("*.My-Bucket", "s3://My-Bucket/c"),
        ("S3://bucket/a/../c/?x", "s3://bucket/c/d"),
        ("s3://bucket/a b/", "s3://bucket/a b/d"),
        ("s3://u:p@bucket/c", "s3://bucket/c"),
    ],
)
def test_the_bucket_of_what_was_typed_is_signed_for(ask: Ask, typed: str, url: str) -> None:
    kind: Kind = "S3Credentials"
    proposal = advise(typed, kind).proposal
    assert proposal is not None
    sent = ask(S3Credentials("OURKEY", Secret("s")), proposal, url, s3=True)
    assert "X-Amz-Credential=OURKEY%2F" in (sent.url or "")


def test_examples_are_answered_as_they_are_told(ask: Ask) -> None:
    bearer = BearerToken(Secret("tok"))
    for pattern in (
        "prefix.dev",
        "*.prefix.dev",
        "xn--bcher-kva.example",
        "127.0.0.1",
        "[::1]",
        "localhost",
    ):
        advice = advise(pattern, "BearerToken")
        assert advice.matches
        for url in (*advice.matches, *advice.does_not_match):
            sent = ask(bearer, pattern, url.replace("https:", "http:"))
            assert (sent.authorization == "Bearer tok") is (url in advice.matches), (pattern, url)


@pytest.mark.parametrize(
    "pattern", ["host.test:80", "HOST.test", "http://host.test", "*host.test", "", "*"]
)
def test_what_is_refused_or_corrected_is_not_sent_as_it_stands(ask: Ask, pattern: str) -> None:
    advice = advise(pattern)
    assert advice.is_refused or advice.proposal is not None
    assert ask(BearerToken(Secret("tok")), pattern).authorization is None
