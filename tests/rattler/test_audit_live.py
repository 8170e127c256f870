"""What the audit says of a credential real rattler does, and after a fix it does as promised."""

from __future__ import annotations

import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from authui.model.credential import BasicHTTP, BearerToken, Credential, OAuth
from authui.model.secret import Secret
from authui.model.wire import encode_credential
from authui.services.audit.finding import Finding, Severity
from tests.services.audit.support import Stores, bearer, oauth, s3
from tests.support.gnome_keyring import GnomeKeyring, gnome_keyring, shared_gnome_keyring
from tests.support.judge import Judge, Sent

__all__ = ["gnome_keyring", "shared_gnome_keyring"]  # fixtures

pytestmark = [pytest.mark.rattler, pytest.mark.keychain]


class World(Stores):
    """Two files, a netrc file and a keychain, for authui's audit and for real rattler."""

    def __init__(
        self, judge: Judge, keyring: GnomeKeyring, home: Path, patch: pytest.MonkeyPatch
    ) -> None:
        super().__init__(home, patch)
        self._judge = judge
        self.client = keyring.client

    def keychain(self, host: str, credential: Credential) -> None:
        """Add an item as rattler does."""
        self.client.put("current", host, encode_credential(credential))

    def store(self, where: str, host: str, credential: Credential) -> None:
        """Put one credential into an empty store."""
        match where:
            case "keychain":
                self.keychain(host, credential)
            case "auth-file":
                self.auth({host: credential})
            case _:
                self.file({host: credential})

    def asked(self, url: str, answer: str | None = None) -> Sent:
        """What rattler does for the URL; `answer` is what it gets for a refresh token."""
        bucket = url.startswith("s3:")
        return self._judge.send(url, variables=self.variables, s3=bucket, token_answer=answer)

    def sends(self, url: str) -> str | None:
        """The header that rattler sends, or the key that it signs with."""
        sent = self.asked(url)
        assert sent.url is not None, sent.error
        key = re.search(r"X-Amz-Credential=([^%]*)", sent.url)
        return sent.authorization if key is None else key[1]

    def fix(self, rule: str) -> Finding:
        """Have the one finding of a rule fixed; the audit sees for itself that it is gone."""
        finding = self.only(rule)
        assert finding.fix is not None, finding.hint
        self.mend(finding)
        return finding


@pytest.fixture
def world(
    gnome_keyring: GnomeKeyring, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", gnome_keyring.address)
    with Judge(bus=gnome_keyring.address) as judge:
        yield World(judge, gnome_keyring, own_home, monkeypatch)


STRAYS = {
    "line": "token-1\n",
    "carriage return": "\r\n token-1 \r\n",
    "escape": "\x1btoken-1",
    "delete": "token-1\x7f",
}


@pytest.mark.parametrize("stray", STRAYS)
@pytest.mark.parametrize("where", ["file", "auth-file", "keychain"])
def test_a_token_that_no_header_can_carry(where: str, stray: str, world: World) -> None:
    world.store(where, "*.a.test", bearer(STRAYS[stray]))
    sent = world.asked("http://b.a.test/c")
    assert (sent.url, sent.stage) == (None, "request"), "rattler makes no request"
    assert world.sends("http://other.test/c") is None
    finding = world.fix("A6")
    assert finding.severity is Severity.ERROR
    assert world.sends("http://b.a.test/c") == "Bearer token-1"


def test_an_oauth_token_that_no_header_can_carry(world: World) -> None:
    world.file({"a.test": oauth("\ntoken-1", refresh="\nr")})
    assert world.asked("http://a.test/c").url is None
    world.fix("A6")
    assert world.sends("http://a.test/c") == "Bearer token-1"
    (held,) = world.held().values()
    assert held == oauth("token-1", refresh="\nr"), "nothing else has changed"


def test_control_characters_inside_a_token_are_for_the_person(world: World) -> None:
    world.file({"a.test": bearer("tok\nen"), "b.test": bearer("with a\ttab")})
    assert world.asked("http://a.test/c").url is None
    assert world.sends("http://b.test/c") == "Bearer with a\ttab"
    finding = world.only("A6")
    assert (finding.host, finding.fix) == ("a.test", None)
    assert finding.hint


def test_a_shadowed_copy(world: World) -> None:
    world.auth({"a.test": bearer("first")})
    world.keychain("a.test", bearer("second"))
    world.file({"b.test": bearer("b")})
    assert world.sends("http://a.test/c") == "Bearer first"
    world.fix("A10")
    assert world.sends("http://a.test/c") == "Bearer first"
    assert world.sends("http://b.test/c") == "Bearer b"
    world.auth({})
    assert world.sends("http://a.test/c") is None, "the copy is gone"


def test_a_shadowed_oauth_copy(world: World) -> None:
    world.keychain("a.test", oauth("new", refresh="r2"))
    world.file({"a.test": oauth("old", refresh="r1")})
    assert world.sends("http://a.test/c") == "Bearer new"
    world.fix("A11")
    assert world.sends("http://a.test/c") == "Bearer new"
    assert world.held() == {}


def test_an_exact_pattern_wins_over_the_wildcard_of_an_earlier_store(world: World) -> None:
    world.auth({"*.w.test": bearer("wide")})
    world.keychain("a.w.test", bearer("narrow"))
    world.netrc("machine b.w.test login u password p\n")
    assert {one.host for one in world.found("A12")} == {"a.w.test", "b.w.test"}
    assert world.sends("http://a.w.test/c") == "Bearer narrow"
    assert world.sends("http://b.w.test/c") == "Basic dTpw"
    assert world.sends("http://c.w.test/c") == "Bearer wide"


NEVER = {
    "h.test:8080": "http://h.test:8080/c",
    "https://h.test/c": "https://h.test/c",
    "h.test/": "http://h.test/c",
    "H.test": "http://H.test/c",
    "*.H.test": "http://b.h.test/c",
    "*.bücher.test": "http://bücher.test/c",
    "::2": "http://[::2]/c",
    "[0::2]": "http://[0::2]/c",
    "*.127.0.0.2": "http://127.0.0.2/c",
}


@pytest.mark.parametrize("pattern", NEVER)
@pytest.mark.parametrize("where", ["file", "keychain"])
def test_a_pattern_that_never_matches(where: str, pattern: str, world: World) -> None:
    url = NEVER[pattern].replace("https://", "http://")
    world.store(where, pattern, bearer("token-1"))
    assert world.sends(url) is None
    world.fix("A13")
    assert world.sends(url) == "Bearer token-1"


BUCKETS = {"s3://bucket/c/": "s3://bucket/c", "*.bucket": "s3://bucket/c"}


@pytest.mark.parametrize("pattern", BUCKETS)
def test_a_pattern_that_no_bucket_matches(pattern: str, world: World) -> None:
    world.file({pattern: s3("secret")})
    assert world.sends(BUCKETS[pattern]) == "AWSCHAIN"
    world.fix("A13")
    assert world.sends(BUCKETS[pattern]) == "AKIA"


@pytest.mark.parametrize(
    ("domain", "channels"),
    [("prefix.dev", "repo.prefix.dev"), ("anaconda.org", "conda.anaconda.org")],
)
def test_a_login_that_misses_its_channels(domain: str, channels: str, world: World) -> None:
    world.keychain(domain, oauth("token-1", refresh="r"))
    assert world.sends(f"http://{channels}/c") is None
    world.fix("A19")
    assert world.sends(f"http://{channels}/c") == "Bearer token-1"
    assert world.sends(f"http://{domain}/c") == "Bearer token-1"


@pytest.mark.parametrize("domain", ["com", "co.uk", "github.io", "amazonaws.com"])
def test_a_wildcard_over_strangers(domain: str, world: World) -> None:
    world.file({f"*.{domain}": bearer("token-1")})
    assert world.only("A21").host == f"*.{domain}"
    assert world.sends(f"http://anybody.{domain}/c") == "Bearer token-1"


@pytest.mark.parametrize(
    ("exact", "wildcard"),
    [("repo.prefix.dev", "*.prefix.dev"), ("conda.anaconda.org", "*.anaconda.org")],
)
def test_what_early_pixi_stored(exact: str, wildcard: str, world: World) -> None:
    world.file({exact: bearer("old")})
    world.keychain(wildcard, bearer("new"))
    assert world.sends(f"http://{exact}/c") == "Bearer old"
    world.fix("A45")
    assert world.sends(f"http://{exact}/c") == "Bearer new"


def test_two_items_with_one_credential(world: World) -> None:
    world.keychain("a.test", bearer("token-1"))
    world.client.put("python-keyring", "a.test", encode_credential(bearer("token-1")))
    assert world.sends("http://a.test/c") is None
    world.fix("A25")
    assert world.sends("http://a.test/c") == "Bearer token-1"


def test_two_items_with_different_ones(world: World) -> None:
    world.keychain("a.test", bearer("token-1"))
    world.client.put("python-keyring", "a.test", encode_credential(bearer("token-2")))
    finding = world.only("A25")
    assert finding.fix is None
    assert finding.hint
    assert "a.test" in finding.hint


@pytest.mark.parametrize("secret", [b"\xff\xfe", b"token", b'{"Bearer":"x"}', b"{}"])
def test_an_item_that_holds_no_credential(secret: bytes, world: World) -> None:
    world.client.put("current", "a.test", secret)
    world.keychain("b.test", bearer("b"))
    world.file({"a.test": bearer("token-1")})
    assert world.sends("http://a.test/c") == "Bearer token-1", "rattler asks the next store"
    world.fix("A27")
    assert world.sends("http://a.test/c") == "Bearer token-1"
    assert world.sends("http://b.test/c") == "Bearer b"
    assert not world.client.search({"service": "rattler", "username": "a.test"})[0]


def ending(token: str, after: int | None, refresh: str | None = None) -> OAuth:
    end = None if after is None else int(time.time()) + after
    again = None if refresh is None else Secret(refresh)
    return OAuth(Secret(token), "http://idp.test/t", "c", again, end)


def test_oauth_logins_that_rattler_cannot_keep_alive(world: World) -> None:
    world.file({"a.test": ending("a", -60), "b.test": ending("b", None, "r")})
    assert {(one.host, one.subject) for one in world.found("A23")} >= {
        ("a.test", "expired"),
        ("b.test", "no-expiry"),
    }
    assert world.sends("http://a.test/c") is None
    sent = world.asked("http://b.test/c")
    assert (sent.authorization, sent.refreshes) == ("Bearer b", ())


def test_a_token_that_says_it_has_expired_is_sent_all_the_same(world: World) -> None:
    claims = urlsafe_b64encode(b'{"exp":1000000000}').decode().rstrip("=")
    token = f"eyJhbGciOiJub25lIn0.{claims}.c2ln"
    world.file({"a.test": BearerToken(Secret(token)), "b.test": BasicHTTP("u", Secret(token))})
    assert world.only("A54").host == "a.test"
    assert world.sends("http://a.test/c") == f"Bearer {token}"


def test_one_refresh_token_in_two_places(world: World) -> None:
    """The first refresh takes the new token for itself; the other place keeps the dead one."""
    world.auth({"a.test": ending("a", 60, "shared"), "b.test": ending("b", 60, "shared")})
    finding = world.only("A24")
    assert finding.host == "a.test"
    answer = '{"access_token":"new","refresh_token":"rotated","expires_in":3600}'
    assert world.asked("http://a.test/c", answer).authorization == "Bearer new"
    held = world.held(world.auth_path)["b.test"]
    assert isinstance(held, OAuth)
    assert held.refresh_token == Secret("shared")
    assert not world.found("A24")
