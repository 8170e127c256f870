"""Host patterns that hide one another, never match or reach strangers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from authui.model.credential import Credential
from authui.model.entry import Answer, Outcome, StoreId
from authui.model.errors import AuthuiError, ChangedMeanwhile
from authui.model.proposal import _SHARED
from authui.model.shared_domains import CLOUDS, is_shared_domain
from authui.services.audit import entry_fixes, keys
from authui.services.audit.finding import Severity
from authui.services.audit.scene import Scene
from authui.stores.base import Stored, StoreInfo
from authui.stores.discover import Discovery
from authui.stores.memory import MemoryStore
from tests.services.audit.support import Stores, basic, bearer, oauth, s3

IDS: tuple[StoreId, ...] = ("keychain", "file")


@pytest.fixture
def stores(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    return Stores(own_home, monkeypatch)


def names(stores: Stores, rule: str) -> list[str]:
    return [finding.id for finding in stores.found(rule)]


def test_the_same_pattern_in_several_stores(stores: Stores) -> None:
    stores.auth({"a.test": bearer("first"), "b.test": bearer("b")})
    stores.file({"a.test": bearer("second"), "c.test": bearer("c")})
    finding = stores.only("A10")
    assert (finding.id, finding.severity) == ("A10:file:a.test", Severity.WARNING)
    assert finding.details == ("They hold different credentials",)
    assert finding.fix is not None
    assert "The one in the file of RATTLER_AUTH_FILE stays" in " ".join(finding.fix.preview)
    assert any("https://a.test/channel: a.test from" in step for step in finding.fix.preview)
    stores.mend(finding)
    assert stores.held() == {"c.test": bearer("c")}
    assert stores.held(stores.auth_path) == {"a.test": bearer("first"), "b.test": bearer("b")}
    assert not stores.found("A10")


def test_one_finding_for_each_shadowed_copy(stores: Stores) -> None:
    stores.auth({"a.test": bearer("same")})
    stores.file({"a.test": bearer("same")})
    stores.netrc("machine a.test login u password p\n")
    in_file, in_netrc = stores.found("A10")
    assert (in_file.store, in_file.details) == ("file", ("Both hold the same",))
    assert in_netrc.store == "netrc"
    stores.mend(in_netrc)
    assert stores.netrc_text() == ""


def test_nothing_is_claimed_of_copies_that_cannot_be_read(stores: Stores) -> None:
    """A keychain can list an item and then not hand it out."""

    class Mute(MemoryStore):
        def get(self, host: str) -> Answer:
            return Answer(Outcome.ERROR, detail=host)

    told = [StoreInfo(name, (name,), name, name, "default", None) for name in IDS]
    held = tuple(Mute(info, {"a.test": bearer("1")}) for info in told)
    scene = Scene(Discovery("rattler", held, None, ()), None, 0)
    found = [one for rule in keys.RULES for one in rule.check(scene)]
    assert [(one.rule, one.details) for one in found] == [("A10", ())]


def test_an_oauth_copy_is_told_apart(stores: Stores) -> None:
    stores.auth({"a.test": bearer("first"), "b.test": oauth("b1", refresh="r")})
    stores.file({"a.test": oauth("old", refresh="r1"), "b.test": bearer("b2")})
    assert names(stores, "A10") == ["A10:file:b.test"]
    finding = stores.only("A11")
    assert finding.id == "A11:file:a.test"
    assert "refresh token may be worth nothing" in finding.details[1]
    stores.mend(finding)
    assert stores.held() == {"b.test": bearer("b2")}


@pytest.mark.parametrize("gone", [True, False])
def test_a_copy_is_not_deleted_where_something_has_changed(stores: Stores, gone: bool) -> None:
    """Else the last copy could be lost, or a new login."""
    stores.auth({"a.test": bearer("first")})
    stores.file({"a.test": bearer("second")})
    finding = stores.only("A10")
    if gone:
        stores.auth({})
    else:
        stores.file({"a.test": bearer("new")})
    before = stores.path.read_bytes()
    with pytest.raises(AuthuiError) as caught:
        stores.mend(finding)
    assert isinstance(caught.value, ChangedMeanwhile)
    assert stores.path.read_bytes() == before


def test_nor_where_it_changes_in_the_last_moment(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores.auth({"a.test": bearer("first")})
    stores.file({"a.test": bearer("second")})
    finding = stores.only("A10")
    really = entry_fixes.still

    def overtaken(*rest: Any) -> Stored:
        seen = really(*rest)
        stores.file({"a.test": bearer("new")})
        return seen

    monkeypatch.setattr(entry_fixes, "still", overtaken)
    with pytest.raises(ChangedMeanwhile):
        stores.mend(finding)
    assert stores.held() == {"a.test": bearer("new")}


def test_an_exact_pattern_below_a_wildcard(stores: Stores) -> None:
    stores.auth({"*.w.test": bearer("wide"), "x.v.test": bearer("v")})
    stores.file({"a.w.test": bearer("narrow"), "*.v.test": bearer("v2"), "z.test": bearer("z")})
    stores.netrc("machine b.w.test login u password p\n")
    in_file, in_netrc = stores.found("A12")
    assert (in_file.id, in_netrc.id) == ("A12:file:a.w.test", "A12:netrc:b.w.test")
    assert in_file.fix is None
    assert in_file.hint == ("If *.w.test should answer: authui remove a.w.test --store file")
    assert in_netrc.hint == "If *.w.test should answer: authui remove b.w.test --store netrc"


def test_neither_buckets_nor_the_same_store_override_anything(stores: Stores) -> None:
    stores.auth({"*.w.test": s3("s"), "*.v.test": bearer("v"), "a.v.test": bearer("own")})
    stores.file({"a.w.test": bearer("a"), "b.v.test": s3("b")})
    assert not stores.found("A12")


NEVER: dict[str, tuple[Credential, str | None]] = {
    "host.test:8080": (bearer("1"), "host.test"),
    "https://host.test/c": (bearer("2"), "host.test"),
    "host.test/c": (bearer("3"), "host.test"),
    "*.bücher.test": (bearer("4"), "*.xn--bcher-kva.test"),
    "a b.test": (bearer("5"), None),
    "": (bearer("6"), None),
    "*": (bearer("7"), None),
    "a.*.corp.test": (bearer("8"), "*.corp.test"),
    "a.*.pkg.dev": (bearer("8"), None),
    "*.pkg.dev:443": (bearer("8"), None),
    "::1": (bearer("9"), "[::1]"),
    "[0:0::1]": (bearer("10"), "[::1]"),
    "s3://b/c/": (s3("11"), "s3://b/c"),
    "*.my-bucket": (s3("14"), "my-bucket"),
    "*.my.own.bucket": (s3("15"), "my.own.bucket"),
    "*.127.0.0.2": (bearer("16"), "127.0.0.2"),
    "HOST.test": (bearer("12"), "host.test"),
    "*.HOST.test": (basic("13"), "*.host.test"),
}


@pytest.mark.parametrize("pattern", NEVER)
def test_a_pattern_that_never_matches(pattern: str, stores: Stores) -> None:
    credential, better = NEVER[pattern]
    stores.file({pattern: credential})
    finding = stores.only("A13")
    assert finding.severity is Severity.WARNING
    assert " in the credentials file is never sent: " in finding.message
    if better is None:
        assert finding.fix is None
        assert finding.hint
        return
    assert finding.fix is not None, finding.hint
    assert finding.fix.words == f"rename to {better}"
    stores.mend(finding)
    assert stores.held() == {better: credential}


def test_what_stands_under_the_better_name_is_not_replaced(stores: Stores) -> None:
    stores.file({"h.test:80": bearer("1"), "h.test": bearer("2")})
    finding = stores.only("A13")
    assert finding.fix is None
    assert finding.hint == (
        "h.test is stored already, so this one can go: authui remove h.test:80 --store file"
    )


def test_nor_what_somebody_puts_there_in_the_meantime(stores: Stores) -> None:
    stores.file({"h.test:80": bearer("1")})
    finding = stores.only("A13")
    stores.file({"h.test:80": bearer("1"), "h.test": bearer("2")})
    with pytest.raises(AuthuiError):
        stores.mend(finding)
    assert stores.held() == {"h.test:80": bearer("1"), "h.test": bearer("2")}


def test_capitals_that_are_meant(stores: Stores) -> None:
    stores.file(
        {
            "My-Bucket": s3("1"),
            "s3://My-Bucket/c": s3("2"),
            "s3:/": s3("everything"),
            "*.0.0.x": bearer("no address"),
            "127.0.0.2": bearer("address"),
            "GHCR.test": basic("for oci"),
            "ghcr.test": basic("for https"),
            "h.test": bearer("3"),
        }
    )
    assert not stores.found("A13")


@pytest.mark.parametrize(
    ("domain", "channels"),
    [("prefix.dev", "repo.prefix.dev"), ("anaconda.org", "conda.anaconda.org")],
)
def test_a_login_that_misses_its_channels(domain: str, channels: str, stores: Stores) -> None:
    stores.file({domain: oauth("o", refresh="r"), "other.dev": oauth("p")})
    finding = stores.only("A19")
    assert finding.id == f"A19:file:{domain}"
    assert channels in finding.message
    stores.mend(finding)
    assert set(stores.held()) == {f"*.{domain}", "other.dev"}
    assert not stores.found("A19")


@pytest.mark.parametrize("other", ["*.prefix.dev", "repo.prefix.dev"])
def test_a_login_whose_channels_are_answered(other: str, stores: Stores) -> None:
    stores.file({"prefix.dev": oauth("o")})
    stores.auth({other: bearer("b")})
    assert not stores.found("A19")


SHARED = (
    "*.com", "*.dev", "*.io", "*.co.uk", "*.github.io", "*.amazonaws.com", "*.azure.com",
    "*.windows.net", "*.googleapis.com", "*.pkg.dev", "*.jfrog.io", "*.s3.amazonaws.com",
    "*.compute.amazonaws.com", "*.xn--p1ai", "*.COM",
)  # fmt: skip
OWNED = (
    "*.prefix.dev", "*.corp.co.uk", "*.me.github.io", "*.corp.jfrog.io", "*.localhost", "*.lan",
    "*.example.com", "github.io", "com", "*.corp.internal",
)  # fmt: skip


def test_a_wildcard_over_strangers(stores: Stores) -> None:
    stores.file({host: bearer(str(n)) for n, host in enumerate((*SHARED, *OWNED))})
    found = stores.found("A21")
    assert {finding.host for finding in found} == set(SHARED)
    assert all(finding.fix is None and finding.hint for finding in found)


def test_buckets_have_no_wildcards_to_worry_about(stores: Stores) -> None:
    stores.file({"*.com": s3("s")})
    assert not stores.found("A21")


def test_the_short_list_for_typing_says_nothing_else() -> None:
    assert [name for name in (*_SHARED, *CLOUDS) if not is_shared_domain(name)] == []


@pytest.mark.parametrize(
    ("exact", "wildcard"),
    [("repo.prefix.dev", "*.prefix.dev"), ("conda.anaconda.org", "*.anaconda.org")],
)
def test_what_early_pixi_stored(exact: str, wildcard: str, stores: Stores) -> None:
    stores.auth({wildcard: bearer("new")})
    stores.file({exact: bearer("old")})
    finding = stores.only("A45")
    assert (finding.id, finding.details) == (
        f"A45:file:{exact}",
        ("They hold different credentials",),
    )
    assert not stores.found("A12"), "one finding is enough"
    stores.mend(finding)
    assert stores.held() == {}
    assert set(stores.held(stores.auth_path)) == {wildcard}


def test_a_legacy_pattern_alone_is_fine(stores: Stores) -> None:
    stores.file({"repo.prefix.dev": bearer("1"), "conda.anaconda.org": bearer("2")})
    stores.netrc("machine prefix.dev login u password p\n")
    assert not stores.found("A45")


def test_a_legacy_pattern_in_netrc_is_deleted_there(stores: Stores) -> None:
    stores.file({"*.prefix.dev": bearer("new")})
    stores.netrc("machine repo.prefix.dev login u password p\n")
    finding = stores.only("A45")
    stores.mend(finding)
    assert stores.netrc_text() == ""
    assert finding.fix
