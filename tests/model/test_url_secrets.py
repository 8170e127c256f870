from __future__ import annotations

import pytest

from authui.model.url_secrets import urls_in
from tests.leaks.canary import CANARY, LONG, in_text


def shown(text: str) -> list[str]:
    found = list(urls_in(text))
    assert not in_text(repr(found))
    assert not any(in_text(one.shown) for one in found)
    return [one.shown for one in found if one.has_secret]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"https://user:{CANARY}@a.example/x/y", "https://••••••@a.example/…"),
        (f"https://:{CANARY}@a.example", "https://••••••@a.example/…"),
        (f"https://{LONG}@a.example/x", "https://••••••@a.example/…"),
        (f"https://{LONG}:@a.example/x", "https://••••••@a.example/…"),
        (f"https://0123456789{CANARY}@a.example/x", "https://••••••@a.example/…"),
        (f"git+https://{LONG}@a.example/x.git", "git+https://••••••@a.example/…"),
        (f"HTTP://u:{CANARY}@a.example:8080/x", "http://••••••@a.example/…"),
        (f"https://u:{CANARY}@[::1]/x", "https://••••••@[::1]/…"),
        (f"https://a.example/t/{CANARY}/channel", "https://a.example/t/••••••/…"),
        (f"https://a.example/T/{CANARY}", "https://a.example/t/••••••/…"),
        (f"https://a.example/t/ab-{CANARY}/x/linux-64", "https://a.example/t/••••••/…"),
        (f"https://a.example/x?token={CANARY}", "https://a.example/…?token=••••••"),
        (f"https://a.example/x?a=b&Access_Token={CANARY}#f", "https://a.example/…?access_token=••••••"),
        (
            f"https://b.s3.example/x?X-Amz-Date=1&X-Amz-Signature={CANARY}",
            "https://b.s3.example/…?x-amz-signature=••••••",
        ),
        (f"s3://user:{CANARY}@bucket/x", "s3://••••••@bucket/…"),
        (f"https://user:{CANARY}/x@a.example/x", "••••••@… (it cannot be parsed)"),
        (f"https://u%3A:{CANARY}%40x@a.example", "https://••••••@a.example/…"),
    ],
)  # fmt: skip
def test_credentials_are_found_and_not_shown(url: str, expected: str) -> None:
    for text in (url, f'index = "{url}"', f"- {url}  # x", f"<{url}>", f"a://b,{url}"):
        assert shown(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "://",
        "no url: u:p@host",
        "https://a.example/channel",
        "https://user@a.example/x",
        "ssh://git@a.example/x.git",
        "https://__token__@a.example/x",
        "https://user:${TOKEN}@a.example",
        "https://${USER}:$TOKEN@a.example",
        "https://user:%TOKEN%@a.example",
        "https://user:%(token)s@a.example",
        "https://user:{{token}}@a.example",
        "https://user:***@a.example",
        "https://user:@a.example",
        "https://a.example/t/${TOKEN}/x",
        "https://a.example/t/<TOKEN>/x",
        "https://forum.example/t/how-to-do-it/123",
        "https://forum.example/t/how-to-do-it/123/4",
        "https://a.example/x?token=",
        "https://a.example/x?token=$TOKEN&page=2",
        "https://a.example/x?page=2",
        "https://a.example/tt/x/t",
    ],
)
def test_what_holds_none(text: str) -> None:
    assert shown(text) == []


def test_several_in_one_line() -> None:
    text = f"https://a.example,https://u:{CANARY}@b.example;x?u=https://c.example/t/{CANARY}/y"
    assert shown(text) == ["https://••••••@b.example/…", "https://c.example/t/••••••/…"]


def test_what_goes_in_clear() -> None:
    (one,) = urls_in("a http://a.example/x https://b.example/x")
    assert one.host == "a.example"
    assert one.url is not None
    assert not one.has_secret
    (listed,) = urls_in("[http://a.example, b]")
    assert listed.host == "a.example"
    (two,) = urls_in(f"http://u:{CANARY}@a.example")
    assert two.url is None


@pytest.mark.parametrize(
    "piece", ["a", "://", "a://", "@", "a://@", "/t/", "a:", "http://a?", "*", "$", "%", "{", "a&"]
)
@pytest.mark.parametrize("start", ["", "http://", "http://u:", "http://a/t/", "http://a?token="])
def test_a_long_line_comes_to_an_end(start: str, piece: str) -> None:
    """With a search that goes back over what it has seen these would take years."""
    list(urls_in(start + piece * 20_000 + "!@a.example"))


def test_what_is_long_and_stands_for_no_secret_is_judged_in_time() -> None:
    for mark in "*•x.":
        assert shown(f"https://u:{mark * 4000}{CANARY}@a.example") == ["https://••••••@a.example/…"]
