from __future__ import annotations

import random

import pytest

from authui.model.credential import KINDS, Kind
from authui.model.examples import parse_example
from authui.model.host import keys_for, why_never
from authui.model.pattern import advise, shown
from authui.model.secret import DOTS
from authui.model.url import parse_url
from tests.support.lookup_cases import OTHER_NON_ASCII, USERINFO

CANARY = "canary-4711"


S3: Kind = "S3Credentials"


@pytest.mark.parametrize(
    ("typed", "kind", "proposal"),
    [
        ("prefix.dev", None, None),
        (" prefix.dev\n", None, None),
        ("*.prefix.dev", None, None),
        ("https://prefix.dev/my-channel", None, "prefix.dev"),
        ("https://*.prefix.dev/", None, "*.prefix.dev"),
        ("https:prefix.dev", None, "prefix.dev"),
        ("//prefix.dev/x", None, "prefix.dev"),
        ("https://[::1", None, None),
        ("https://a b/", None, None),
        ("file:///x", None, None),
        ("prefix.dev/", None, "prefix.dev"),
        ("example.com/path?x=1#y", None, "example.com"),
        ("example.com:8080", None, "example.com"),
        ("*.example.com:8080/x", None, "*.example.com"),
        ("localhost:8080", None, "localhost"),
        ("GHCR.io", None, "ghcr.io"),
        ("*.GHCR.io", None, "*.ghcr.io"),
        ("oci://GHCR.io/x", None, "GHCR.io"),
        ("oci://*.GHCR.io/x", None, "*.GHCR.io"),
        ("oci://bücher.example", None, "b%C3%BCcher.example"),
        ("bücher.example", None, "xn--bcher-kva.example"),
        ("*.Bücher.example", None, "*.xn--bcher-kva.example"),
        ("xn--a.test", None, None),
        ("https://%61.test", None, "a.test"),
        ("::1", None, "[::1]"),
        ("2001:DB8::1", None, "[2001:db8::1]"),
        ("[0:0::1]:80", None, "[::1]"),
        ("fe80::1%eth0", None, None),
        ("127.1", None, "127.0.0.1"),
        ("*.127.0.0.1", None, "127.0.0.1"),
        ("*example.com", None, "*.example.com"),
        (".example.com", None, "*.example.com"),
        ("*..example.com", None, "*.example.com"),
        ("*.*.example.com", None, "*.example.com"),
        ("a.*.example.com", None, "*.example.com"),
        ("a*b.example.com", None, "*.example.com"),
        ("a.*.com", None, None),
        ("*com", None, None),
        ("*", None, None),
        ("*.", None, None),
        ("example.*", None, None),
        ("", None, None),
        ("a`b", None, None),
        ("https://a`b/", None, None),
        ("user:pw@example.com", None, "example.com"),
        ("https://user:p@w@example.com/t/tok/x", None, "example.com"),
        ("s3://bucket", None, None),
        ("S3://bucket/", None, "s3://bucket"),
        ("s3://bucket/a//", None, "s3://bucket/a"),
        ("s3://bucket/a b", None, "s3://bucket/a%20b"),
        ("s3://bucket/a/../b", None, "s3://bucket/b"),
        ("s3://My-Bucket/Path", None, None),
        ("s3://u:p@bucket/x?y#z", None, "s3://bucket/x"),
        ("s3:///x", None, None),
        ("bucket", S3, None),
        ("My.Bucket", S3, None),
        ("bucket/", S3, "bucket"),
        ("bucket/path/", S3, "s3://bucket/path"),
        ("*.bucket", S3, "bucket"),
        ("s3://*.bucket/x", S3, "s3://bucket/x"),
        ("https://s3.test/bucket", S3, None),
    ],
)  # fmt: skip
def test_what_is_proposed(typed: str, kind: Kind | None, proposal: str | None) -> None:
    advice = advise(typed, kind)
    assert advice.proposal == proposal
    if proposal is not None:
        assert advice.why
        assert advice.pattern == proposal
        again = advise(proposal, kind)
        assert again.proposal is None or typed.startswith("oci:")  # whose hosts stay as they are


@pytest.mark.parametrize(
    "typed",
    ["host.example:8080", "https://prefix.dev", "*", "", "a b", "bücher.example", "s3:///x"],
)
def test_what_can_never_match_is_refused_and_may_be_forced(typed: str) -> None:
    advice = advise(typed)
    assert advice.is_refused
    assert advice.never == why_never(typed)
    assert advice.stored_as == typed
    assert advice.may_force is bool(typed)


@pytest.mark.parametrize("typed", ["GHCR.io", "127.1", ".example.com", "prefix.dev", "s3://b/a/"])
def test_what_some_url_asks_for_is_not_refused(typed: str) -> None:
    assert not advise(typed).is_refused


@pytest.mark.parametrize(
    "typed",
    [
        f"https://u:{CANARY}@example.com/x",
        f"https://{CANARY}@example.com",
        f"u:{CANARY}@example.com",
        f"u:{CANARY}@*",
        f"https://conda.anaconda.org/t/{CANARY}/x",
        f"conda.anaconda.org/t/{CANARY}",
        f"https://example.com/?token={CANARY}",
        f"s3://u:{CANARY}@bucket/x",
        f"s3://bucket/x?{CANARY}",
        f"ghp_{CANARY}{CANARY}",
        f"ghp_{CANARY}{CANARY}:80/",
        f"oci://u:{CANARY}@ghcr.io",
        f"file://u:{CANARY}@/x",
        f"*.//u:{CANARY}@h.test",
        f"x//u:{CANARY}@h.test",
        f"//u:{CANARY}@h.test:x",
    ],
)
def test_a_secret_in_what_was_typed_is_neither_shown_nor_stored(typed: str) -> None:
    for kind in (None, *KINDS):
        advice = advise(typed, kind)
        assert CANARY not in f"{advice!r} {advice.proposal}"
        assert CANARY not in shown(typed)
        assert advice.stored_as is None
        assert advice.is_refused
        assert not advice.may_force


def test_what_was_left_out_is_said_with_its_reason() -> None:
    why = advise("http://u:pw@Ex.com:81/t/tok/x?a=b").why
    for words in (
        "scheme",
        "? or #",
        "user name and password",
        "token in the path",
        "port",
        "lower",
    ):
        assert any(words in sentence for sentence in why), words
    assert any("path" in sentence for sentence in advise("ex.com/x").why)
    assert any("in clear" in sentence for sentence in advise("http://ex.com").why)
    assert any("IP address" in sentence for sentence in advise("*.10.0.0.1").why)
    assert advise("https://x/", S3).why == (
        "S3 credentials only sign s3:// URLs: name the bucket, such as s3://my-bucket",
    )


def test_hostile_text_is_made_harmless() -> None:
    advice = advise("a\x1b[2J\u202e.Test")
    told = f"{advice.never}{advice.why}{advice.login_key}{advice.oauth_login_key}" + shown("\x1b")
    assert "\x1b" not in told
    assert "\u202e" not in told


@pytest.mark.parametrize(
    ("pattern", "is_wide"),
    [("*.com", True), ("*.io", True), ("*.co.uk", True), ("*.github.io", True), ("*.COM", True),
     ("*.amazonaws.com", True), ("*.prefix.dev", False), ("*.localhost", False), ("com", False),
     ("*.corp", False), ("github.io", False)],
)  # fmt: skip
def test_a_wildcard_below_which_strangers_live_is_warned_of(pattern: str, is_wide: bool) -> None:
    advice = advise(pattern)
    assert any("Strangers" in warning for warning in advice.warnings) is is_wide


@pytest.mark.parametrize(
    ("typed", "kind", "suggested"),
    [
        ("prefix.dev", None, ["*.prefix.dev"]),
        ("repo.prefix.dev", None, ["*.prefix.dev"]),
        ("https://conda.anaconda.org/x", None, ["*.anaconda.org"]),
        ("example.com", None, ["*.example.com"]),
        ("a.example.com", None, []),
        ("github.io", None, []),
        ("localhost", None, []),
        ("127.0.0.1", None, []),
        ("*.example.com", None, []),
        ("example.com.", None, ["example.com"]),
        ("bucket", S3, ["s3://bucket"]),
        ("s3://bucket", S3, []),
        ("host:80", None, []),
        ("a b.com", None, []),
    ],
)
def test_what_else_may_be_meant(typed: str, kind: Kind | None, suggested: list[str]) -> None:
    found = [suggestion.pattern for suggestion in advise(typed, kind).suggestions]
    assert found == suggested
    for pattern in found:
        assert why_never(pattern) is None


@pytest.mark.parametrize(
    ("typed", "kind", "words"),
    [
        ("s3://bucket", "BearerToken", "Only S3 credentials"),
        ("bucket", "BearerToken", "A bucket of this name"),
        ("my.bucket", S3, "*.my.bucket"),
        ("s3://my.bucket/x/", S3, None),
        ("bucket", S3, None),
        ("localhost", "BearerToken", None),
        ("prefix.dev", "BearerToken", None),
        ("s3:", S3, "every bucket"),
        ("gcs://bucket/x", None, "Google"),
        ("a`b.test", None, "No HTTP client"),
    ],
)
def test_what_is_warned_of(typed: str, kind: Kind | None, words: str | None) -> None:
    warnings = advise(typed, kind).warnings
    assert len(warnings) == (words is not None)
    assert words is None or words in warnings[0]


def test_what_a_pattern_covers() -> None:
    assert advise("prefix.dev").covers == "prefix.dev only: hosts below it are not covered"
    assert advise("*.prefix.dev").covers == "prefix.dev and every host below it"
    assert advise("[::1]").covers == "[::1] only"
    assert advise("s3://b/x").covers == "s3://b/x and everything below it"
    assert advise("b", S3).covers == "The bucket b and everything in it"
    assert advise("a b").covers is None


def test_examples_of_a_wildcard() -> None:
    advice = advise("*.a.test")
    assert advice.matches == (
        "https://a.test/channel",
        "https://repo.a.test/channel",
        "https://a.b.a.test:8443/channel",
    )
    assert advice.does_not_match == ("https://mya.test/channel",)
    assert advise("host.example:8080x").matches == ()


def test_examples_of_a_kind_that_cannot_be_sent() -> None:
    assert advise("s3://b", "BearerToken").matches == ()
    assert advise("bucket", S3).matches == ("s3://bucket/channel",)


PIECES = (
    "*", "*.", ".", "..", ":", ":80", "/", "//", "\\", "@", "u:p@", "?", "#", "[", "]", "::1", "%", "%2e",
    "https://", "http:", "oci://", "s3://", "s3:", "gcs://", "file://", "xn--", "a", "b.test", "EX.com",
    "com", "co.uk", "10.0.0.1", "0x7f", "é", "☃", "\ud800", "\x00", "\t", "\n", " ", "^", "`", "{", "t/tok",
    "/t/x/", "ghp_", *OTHER_NON_ASCII, *USERINFO[:6],
)  # fmt: skip


@pytest.mark.parametrize("seed", range(10))
def test_any_text_gets_an_advice_that_holds(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(400):
        typed = "".join(chance.choices(PIECES, k=chance.randrange(8)))
        kind = chance.choice((None, *KINDS))
        advice = advise(typed, kind)
        assert advice.proposal is None or why_never(advice.proposal) is None, typed
        assert advice.proposal is None or advice.proposal != advice.stored_as
        if advice.pattern is not None and not advice.pattern.startswith("s3://"):
            assert DOTS not in shown(advice.pattern)
        for text in advice.matches:
            if DOTS not in text:
                url = parse_example(text)
                assert url is not None
                assert advice.pattern in list(keys_for(url)), (typed, text)
        for text in advice.does_not_match:
            if DOTS not in text and kind is None:
                assert advice.pattern not in list(keys_for(parse_url(text))), (typed, text)
