"""Tokens that cannot be sent, are sent in clear, have ended, or serve several hosts."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path
from time import time

import pytest

from authui.model.credential import BearerToken, CondaToken, Credential, OAuth
from authui.model.errors import ChangedMeanwhile
from authui.model.secret import Secret
from authui.model.wire import encode_file
from authui.services.audit import clear_requests
from authui.services.audit.finding import Finding, Severity
from tests.services.audit.machines import Machine
from tests.services.audit.support import FUTURE, Stores, basic, bearer, oauth, s3

NOW = int(time())
DAY = 86_400


@pytest.fixture
def stores(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    return Stores(own_home, monkeypatch)


def jwt(end: int) -> str:
    body = base64.urlsafe_b64encode(json.dumps({"exp": end}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{body}.c2ln"


UNSENDABLE: dict[str, tuple[Credential, Credential | None]] = {
    "a line break": (bearer("abc\n"), bearer("abc")),
    "one on each side": (bearer("\r\n\tabc \x00\n"), bearer("abc")),
    "OAuth": (oauth("abc\n", refresh="r\n"), oauth("abc", refresh="r\n")),
    "in the middle": (bearer("a\nb"), None),
    "nothing else": (bearer("\n"), None),
}


@pytest.mark.parametrize("case", UNSENDABLE)
def test_a_token_that_no_header_can_carry(case: str, stores: Stores) -> None:
    credential, cleaned = UNSENDABLE[case]
    stores.file({"a.test": credential, "b.test": bearer("b")})
    finding = stores.only("A6")
    assert (finding.id, finding.severity) == ("A6:file:a.test", Severity.ERROR)
    if cleaned is None:
        assert finding.fix is None
        assert finding.hint
        return
    stores.mend(finding)
    assert stores.held() == {"a.test": cleaned, "b.test": bearer("b")}


def test_what_a_token_may_hold(stores: Stores) -> None:
    stores.file(
        {
            "tab.test": bearer("a\tb"),
            "letters.test": bearer("é☃"),
            "basic.test": basic("line\nbreak"),
            "conda.test": CondaToken(Secret("a\x01")),
        }
    )
    assert not stores.found("A6")


def test_one_that_is_not_sent_breaks_nothing(stores: Stores) -> None:
    stores.auth({"a.test": bearer("good")})
    stores.file({"a.test": bearer("bad\n"), "h.test:80": bearer("bad\n")})
    assert not stores.found("A6")


def test_a_token_that_was_renewed_meanwhile_stays(stores: Stores) -> None:
    stores.file({"a.test": bearer("old\n")})
    finding = stores.only("A6")
    stores.file({"a.test": bearer("new")})
    with pytest.raises(ChangedMeanwhile):
        stores.mend(finding)
    assert stores.held() == {"a.test": bearer("new")}


SSO = "https://sso.test/t"
TROUBLES: dict[str, tuple[OAuth, list[str]]] = {
    "expired": (OAuth(Secret("a"), SSO, "c", None, NOW - 3 * DAY), ["expired"]),
    "expired, but refreshed": (OAuth(Secret("a"), SSO, "c", Secret("r"), NOW - DAY), []),
    "never refreshed": (OAuth(Secret("a"), SSO, "c", Secret("r"), None), ["no-expiry"]),
    "for ever": (OAuth(Secret("a"), SSO, "c", None, None), []),
    "refreshed in clear": (
        OAuth(Secret("a"), "http://sso.test/t", "c", Secret("r"), FUTURE),
        ["token-endpoint"],
    ),
    "revoked in clear": (
        OAuth(Secret("a"), SSO, "c", Secret("r"), FUTURE, "HTTP://sso.test/r"),
        ["revocation-endpoint"],
    ),
    "never asked in clear": (OAuth(Secret("a"), "http://sso.test/t", "c", None, FUTURE), []),
    "on this machine": (
        OAuth(Secret("a"), "http://127.0.0.1:1/t", "c", Secret("r"), FUTURE, "http://localhost/r"),
        [],
    ),
    "IPv6": (OAuth(Secret("a"), "http://[::1]/t", "c", Secret("r"), FUTURE), []),
    "no URL": (OAuth(Secret("a"), "idp", "c", Secret("r"), FUTURE), []),
    "127 by name": (
        OAuth(Secret("a"), "http://127.0.0.1.evil.test/", "c", Secret("r"), FUTURE),
        ["token-endpoint"],
    ),
}


@pytest.mark.parametrize("case", TROUBLES)
def test_an_oauth_login(case: str, stores: Stores) -> None:
    credential, troubles = TROUBLES[case]
    stores.file({"*.a.test": credential})
    found = stores.found("A23")
    assert [finding.subject for finding in found] == troubles
    assert {finding.hint for finding in found} <= {"Log in again: pixi auth login a.test --oauth"}
    assert not stores.found("A54", "A55"), "one finding is enough"


def test_how_to_get_a_new_one(stores: Stores) -> None:
    stores.file({"*.prefix.dev": oauth("a", expires_at=1), "a.test": bearer(jwt(1))})
    assert stores.only("A23").hint == "Log in again: pixi auth login prefix.dev"
    assert stores.only("A54").hint == (
        "Get a new one and store it: authui set a.test --kind BearerToken --store file"
    )


def test_how_long_ago(stores: Stores) -> None:
    stores.file({"a.test": oauth("a", expires_at=NOW - 3 * DAY - 60)})
    assert "expired 3 days ago and has no refresh token" in stores.only("A23").message


ENDS: dict[str, tuple[Credential, list[str]]] = {
    "an expired JWT": (bearer(jwt(NOW - DAY)), ["A54"]),
    "a JWT of this week": (bearer(jwt(NOW + 6 * DAY)), ["A55"]),
    "a JWT of next week": (bearer(jwt(NOW + 8 * DAY)), []),
    "no JWT": (bearer("pfx_abc"), []),
    "OAuth without a refresh token": (oauth("a", expires_at=NOW + DAY), ["A55"]),
    "OAuth with one": (oauth("a", refresh="r", expires_at=NOW + DAY), []),
    "OAuth with one, a JWT": (oauth(jwt(NOW - DAY), refresh="r"), []),
    "OAuth without an expiry, a JWT": (oauth(jwt(NOW - DAY), expires_at=None), ["A54"]),
    "what is stored goes first": (oauth(jwt(NOW - DAY), expires_at=FUTURE), []),
    "a password that looks like one": (basic(jwt(NOW - DAY)), []),
}


@pytest.mark.parametrize("case", ENDS)
def test_when_a_token_ends(case: str, stores: Stores) -> None:
    credential, rules = ENDS[case]
    stores.file({"a.test": credential})
    found = stores.found("A54", "A55", "A23")
    assert [finding.rule for finding in found] == rules
    severities = {"A54": Severity.WARNING, "A55": Severity.INFO}
    assert all(finding.severity is severities[finding.rule] for finding in found)


def test_the_same_refresh_token_under_several_hosts(stores: Stores) -> None:
    one = oauth("a1", refresh="shared")
    stores.auth({"b.test": one})
    stores.file(
        {
            "a.test": replace(one, access_token=Secret("a2")),
            "c.test": oauth("c", refresh="own"),
            "d.test": oauth("d"),
            "e.test": oauth("e"),
        }
    )
    finding = stores.only("A24")
    assert (finding.id, finding.severity) == ("A24:file:a.test", Severity.WARNING)
    assert finding.details == (
        "a.test in the credentials file",
        "b.test in the file of RATTLER_AUTH_FILE",
    )
    assert not stores.found("A56")


def test_a_whole_login_under_several_hosts_is_told_once(stores: Stores) -> None:
    stores.file({"a.test": oauth("a", refresh="r"), "b.test": oauth("a", refresh="r")})
    assert [finding.rule for finding in stores.found("A24", "A56")] == ["A24"]


def test_a_copy_under_the_same_host_is_told_once(stores: Stores) -> None:
    stores.auth({"a.test": oauth("a", refresh="r")})
    stores.file({"a.test": oauth("a", refresh="r")})
    assert {finding.rule for finding in stores.found("A10", "A11", "A24", "A56")} == {"A11"}


def test_the_same_secret_for_several_hosts(stores: Stores) -> None:
    stores.auth({"z.test": bearer("one"), "y.test": basic("two"), "q.test": bearer("")})
    stores.file(
        {
            "a.test": CondaToken(Secret("one")),
            "m.test:80": bearer("one"),
            "n.test": s3("two"),
            "o.test": bearer("three"),
            "p.test": bearer(""),
        }
    )
    first, second = stores.found("A56")
    assert (first.id, second.id) == ("A56:file:a.test", "A56:file:n.test")
    assert first.details == (
        "a.test in the credentials file",
        "m.test:80 in the credentials file",
        "z.test in the file of RATTLER_AUTH_FILE",
    )
    assert first.severity is second.severity is Severity.INFO
    assert "stored under 3 hosts" in first.message


def test_copies_under_one_host_are_no_group(stores: Stores) -> None:
    stores.auth({"a.test": bearer("one")})
    stores.file({"a.test": bearer("one")})
    assert not stores.found("A56")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def clear(machine: Machine, config: str, entries: dict[str, Credential]) -> list[Finding]:
    machine.put(machine.config, config)
    machine.put(machine.default, encode_file(entries).decode())
    scene = machine.scene()
    return [one for rule in clear_requests.RULES for one in rule.check(scene)]


MIRROR = '[mirrors]\n"https://conda.test/" = ["{}"]\n'
MIRRORS = {
    "http://mirror.test/c": True,
    "https://mirror.test/c": False,
    "http://other.test/c": False,
    "http://localhost:8000/c": False,
    "http://127.8.0.1/c": False,
    "http://u:p@mirror.test/c": False,
}


@pytest.mark.parametrize("url", MIRRORS)
def test_a_mirror_without_encryption(url: str, machine: Machine) -> None:
    entries: dict[str, Credential] = {
        host: BearerToken(Secret("t"))
        for host in ("*.mirror.test", "localhost", "127.8.0.1", "conda.test")
    }
    found = clear(machine, MIRROR.format(url), entries)
    if not MIRRORS[url]:
        assert found == []
        return
    (finding,) = found
    assert finding.id == f"A22:file:*.mirror.test:{url}"
    assert finding.severity is Severity.WARNING


def test_secrets_in_the_url_of_a_mirror(machine: Machine) -> None:
    url = "http://mirror.test/t/canary-of-path/c?token=canary-of-query"
    (finding,) = clear(machine, MIRROR.format(url), {"mirror.test": bearer("t")})
    assert "canary" not in repr(finding) + finding.id


S3 = '[s3-options.b]\nendpoint-url = "{}"\nregion = "r"\nforce-path-style = true\n'


def test_the_endpoint_of_a_bucket(machine: Machine) -> None:
    entries: dict[str, Credential] = {"b": s3("s"), "*.minio.test": bearer("t"), "c": s3("s2")}
    found = clear(machine, S3.format("http://s3.minio.test:9000"), entries)
    assert [finding.host for finding in found] == ["*.minio.test", "b"]
    assert "the secret key does not travel" in found[1].message
    assert not clear(machine, S3.format("https://s3.minio.test"), entries)
    assert not clear(machine, S3.format("http://localhost:9000"), entries)


def test_other_clients_read_no_settings_of_pixi(machine: Machine) -> None:
    machine.client = "rattler"
    assert not clear(machine, MIRROR.format("http://a.test"), {"a.test": bearer("t")})
