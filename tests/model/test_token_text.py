"""What a token's own text tells."""

from __future__ import annotations

import base64
import json

import pytest

from authui.model.secret import Secret
from authui.model.token_text import jwt_end, without_strays


def jwt(claims: object, *, padded: bool = False) -> Secret:
    text = claims if isinstance(claims, str) else json.dumps(claims)
    body = base64.urlsafe_b64encode(text.encode()).decode()
    return Secret(f"eyJhbGciOiJub25lIn0.{body if padded else body.rstrip('=')}.c2ln")


@pytest.mark.parametrize("padded", [True, False])
@pytest.mark.parametrize(
    ("end", "told"),
    [
        (1_700_000_000, 1_700_000_000),
        (1_700_000_000.9, 1_700_000_000),
        (0, 0),
        (-1, -1),
        (None, None),
        ("1700000000", None),
        (True, None),
        ([1], None),
        (10**40, None),
    ],
)
def test_the_end_that_a_jwt_names(end: object, told: int | None, *, padded: bool) -> None:
    assert jwt_end(jwt({"sub": "ü>>>???", "exp": end}, padded=padded)) == told


ODD = (
    "",
    "pfx_plain",
    "a.b",
    "a.b.c.d",
    "..",
    "a.!!!!.c",
    "a.e30.c",
    "a.bm8.c",
    "a.e.c",
    f"a.{'A' * 70_000}.c",
    "\ud800.\ud800.\ud800",
)


@pytest.mark.parametrize("token", ODD)
def test_other_tokens_name_none(token: str) -> None:
    assert jwt_end(Secret(token)) is None


@pytest.mark.parametrize(
    "claims",
    ["[" * 40_000, '{"exp":1e999}', '{"exp":NaN}', '{"exp":' + "9" * 5000 + "}", "[1]", '"exp"'],
    ids=["deep", "infinite", "no number", "digits", "list", "string"],
)
def test_hostile_claims(claims: str) -> None:
    assert jwt_end(jwt(claims)) is None


@pytest.mark.parametrize(
    ("token", "cleaned"),
    [
        ("abc\n", "abc"),
        ("\r\n abc \t\r\n", "abc"),
        ("\x00abc\x7f", "abc"),
        ("a b\n", "a b"),
        ("abc", "abc"),
        ("\u00a0é\n", "\u00a0é"),
        ("a\nb", None),
        ("\n\n", None),
        ("", None),
    ],
)
def test_what_does_not_belong_to_a_token(token: str, cleaned: str | None) -> None:
    found = without_strays(Secret(token))
    assert found == (None if cleaned is None else Secret(cleaned))
