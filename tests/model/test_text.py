from __future__ import annotations

import json

import pytest

from authui.model.text import json_safe, mask_url, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("prefix.dev", "prefix.dev"),
        ("bücher \u2603 \U0001f600", "bücher \u2603 \U0001f600"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\x9b2Jb", "a\\x9b2Jb"),
        ("two\nlines\r", "two\\x0alines\\x0d"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("[/x] [bold]", "[/x] [bold]"),
    ],
)
def test_printable_writes_out_what_could_act_or_hide(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_json_safe_keeps_the_json() -> None:
    value = {"a\x9b\u202e\U000e0041\x7f": "\x1b[0m\n\ud800"}
    text = json_safe(json.dumps(value, ensure_ascii=False, indent=1))
    assert json.loads(text) == value
    assert not {"\x9b", "\x7f", "\u202e", "\ud800", "\x1b"} & set(text)
    assert "\n" in text


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://h.test/c", "https://h.test/c"),
        ("https://u:SECRET@h.test/c", "https://••••••@h.test/c"),
        ("https://u:SEC@RET@h.test:8080/c", "https://••••••@h.test:8080/c"),
        ("https:SECRET@h.test/c", "https:••••••@h.test/c"),
        ("https:\\\\SECRET@h.test/c", "https:\\\\••••••@h.test/c"),
        ("http://SECRET@[::1", "http://••••••@[::1"),
        ("SECRET@h.test/c", "••••••@h.test/c"),
        ("https://h.test/t/SECRET/c/noarch", "https://h.test/t/••••••/c/noarch"),
        ("https://h.test/%74/SECRET/c", "https://h.test/%74/••••••/c"),
        ("https://h.test/t/SECRET", "https://h.test/t/••••••"),
        ("https://h.test/t//c", "https://h.test/t//c"),
        ("https://h.test/c?x=SECRET&y=SECRET", "https://h.test/c?x=••••••&y=••••••"),
        ("https://h.test/c?SECRET", "https://h.test/c?••••••"),
        ("https://h.test/c#SECRET", "https://h.test/c#••••••"),
        ("https://h.test/a@b", "https://h.test/a@b"),
        ("s3://bucket/channel", "s3://bucket/channel"),
        ("s3://u:SECRET@bucket/t/SECRET?y=SECRET", "s3://••••••@bucket/t/••••••?y=••••••"),
        ("*.prefix.dev", "*.prefix.dev"),
        ("", ""),
    ],
)
def test_mask_url_hides_every_place_of_a_secret(url: str, masked: str) -> None:
    assert mask_url(url) == masked


@pytest.mark.parametrize("text", ["u:canary@h", "h?token=canary", "h#canary", "h\\t\\canary\\x"])
def test_a_secret_needs_no_slash_to_be_masked(text: str) -> None:
    assert "canary" not in mask_url(text)
