from __future__ import annotations

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
from authui.model.fields import FieldSpec, fields_of
from authui.model.pasted import check, clean
from authui.model.secret import Secret

CANARY = "canary-4711"


def spec(kind: Kind, name: str | None = None) -> FieldSpec:
    specs = fields_of(kind)
    return specs[0] if name is None else next(s for s in specs if s.name == name)


TOKEN = spec("BearerToken")
LINE_END = "The line break at the end was left out"
SPACE = "The white space around it was left out"
QUOTES = "The surrounding quotes were left out"
BEARER = "The leading “Bearer” was left out"


@pytest.mark.parametrize(
    ("pasted", "said"),
    [
        (CANARY, ()),
        (f"{CANARY}\n", (LINE_END,)),
        (f"{CANARY}\r\n", (LINE_END,)),
        (f"{CANARY}\n\n", (LINE_END,)),
        (f"  {CANARY}\t", (SPACE,)),
        (f"\n{CANARY}", (SPACE,)),
        (f" {CANARY}\n", (LINE_END, SPACE)),
        (f"{CANARY} \n", (LINE_END, SPACE)),
        (f"\u00a0{CANARY}\u00a0", (SPACE,)),
        (f"\ufeff{CANARY}\u200b", ("The invisible characters around it were left out",)),
        (f'"{CANARY}"', (QUOTES,)),
        (f"'{CANARY}'", (QUOTES,)),
        (f"“{CANARY}”", (QUOTES,)),
        (f"‘{CANARY}’", (QUOTES,)),
        (f"„{CANARY}“", (QUOTES,)),
        (f"`{CANARY}`\n", (LINE_END, QUOTES)),
        (f"Bearer {CANARY}", (BEARER,)),
        (f"bearer\t{CANARY}", (BEARER,)),
        (f"Authorization: Bearer {CANARY}", ("The leading “Authorization: Bearer” was left out",)),
        (f"authorization:{CANARY}", ("The leading “Authorization:” was left out",)),
        (f"Token {CANARY}", ("The leading “Token” was left out",)),
        (f"'Authorization: Bearer \"{CANARY}\"'\r\n",
         (LINE_END, QUOTES, "The leading “Authorization: Bearer” was left out")),
    ],
)  # fmt: skip
def test_what_is_no_part_of_a_token_is_left_out_and_said(
    pasted: str, said: tuple[str, ...]
) -> None:
    for field in (TOKEN, spec("CondaToken"), spec("OAuth", "access_token")):
        for text in (pasted, Secret(pasted)):
            cleaned = clean(field, text)
            assert isinstance(cleaned.value, Secret)
            assert cleaned.value.reveal() == CANARY
            assert sorted(cleaned.said) == sorted(said)
            assert cleaned.warnings == ()
            assert CANARY not in repr(cleaned)


@pytest.mark.parametrize(
    "kept", ["Bearer", "it's", '"', '"a', "Bearerabc", "a'b'", "'a\"", "Tokens 1"]
)
def test_what_may_be_part_of_a_password_stays(kept: str) -> None:
    cleaned = clean(spec("BasicHTTP", "password"), kept)
    assert isinstance(cleaned.value, Secret)
    assert (cleaned.value.reveal(), cleaned.said) == (kept, ())


def test_words_of_a_header_stay_where_no_token_is_meant() -> None:
    assert clean(spec("BasicHTTP", "username"), "Token x").value == "Token x"
    value = clean(spec("BasicHTTP", "password"), "Bearer x").value
    assert isinstance(value, Secret)
    assert value.reveal() == "Bearer x"


@pytest.mark.parametrize(
    ("field", "pasted", "words"),
    [
        (TOKEN, f"{CANARY}\n{CANARY}", "several lines"),
        (TOKEN, f"{CANARY}\r{CANARY}", "several lines"),
        (TOKEN, f"{CANARY}\u2028{CANARY}", "several lines"),
        (spec("BasicHTTP", "password"), f"{CANARY}\n{CANARY}\n", "several lines"),
        (spec("BasicHTTP", "username"), "a\nb", "several lines"),
        (TOKEN, "", "token is empty"),
        (TOKEN, " \n", "token is empty once"),
        (TOKEN, '""', "token is empty once"),
        (TOKEN, "Bearer ", "token is empty once"),
        (TOKEN, "Authorization: Bearer", "token is empty once"),
        (TOKEN, f"Basic {CANARY}", "Basic header"),
        (TOKEN, f"Authorization: Basic {CANARY}", "Basic header"),
        (TOKEN, f"{CANARY}\x00{CANARY}", "control character"),
        (TOKEN, f"{CANARY}\x1b[2J{CANARY}", "control character"),
        (spec("OAuth", "access_token"), f"{CANARY}\x7f{CANARY}", "access token holds a control"),
        (TOKEN, f"{CANARY}\ud800", "surrogate"),
        (spec("BasicHTTP", "username"), "\udfff", "user name holds half"),
        (spec("BasicHTTP", "username"), "", "user name is empty"),
        (spec("BasicHTTP", "password"), "''", "password is empty once"),
        (spec("CondaToken"), f"a/{CANARY}", "slash"),
        (spec("CondaToken"), f"a\\{CANARY}", "slash"),
        (spec("CondaToken"), "..", "vanishes"),
        (spec("CondaToken"), ".", "vanishes"),
        (spec("CondaToken"), "%2e%2E", "vanishes"),
        (spec("CondaToken"), f"{CANARY}\t{CANARY}", "tab"),
        (spec("S3Credentials", "secret_access_key"), "", "secret access key is empty"),
        (spec("S3Credentials", "session_token"), " ", "session token is empty once"),
        (spec("OAuth", "token_endpoint"), "idp.test/token", "token endpoint is not a URL"),
        (spec("OAuth", "revocation_endpoint"), "ftp://idp.test/", "revocation endpoint is not a URL"),
        (spec("OAuth", "expires_at"), "1.5", "expiry"),
        (spec("OAuth", "expires_at"), "9223372036854775808", "expiry"),
        (spec("OAuth", "expires_at"), "1_0", "expiry"),
        (spec("OAuth", "expires_at"), "٣", "expiry"),
        (spec("OAuth", "expires_at"), "9" * 5000, "expiry"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(field: FieldSpec, pasted: str, words: str) -> None:
    with pytest.raises(FieldProblem, match=words) as caught:
        clean(field, pasted)
    problem = caught.value
    assert problem.field == field.name
    assert problem.hint
    assert CANARY not in f"{problem.message}{problem.hint}{problem.__context__!r}"
    assert not f"{problem.message}{problem.hint}".endswith(".")


OAUTH = OAuth(Secret("t"), "https://idp.test/token", "c", expires_at=1_800_000_000)


@pytest.mark.parametrize(
    ("credential", "words"),
    [
        (BearerToken(Secret("t")), None),
        (BearerToken(Secret("a\tb")), "control character"),
        (BearerToken(Secret(f"é{CANARY}")), "not all ASCII"),
        (BearerToken(Secret("Bearer t")), "begins with words of a header"),
        (BearerToken(Secret(" t")), "white space"),
        (BasicHTTP("u", Secret("p")), None),
        (BasicHTTP("é", Secret("ü:/ '")), None),
        (BasicHTTP("a:b", Secret("p")), "colon"),
        (BasicHTTP("", Secret("p")), "user name is empty"),
        (BasicHTTP("u", Secret("p\n")), "control character"),
        (BasicHTTP("u", Secret(" p")), "white space"),
        (CondaToken(Secret("a-b_c.d~e")), None),
        (CondaToken(Secret("a%20b")), "differently"),
        (CondaToken(Secret("a?b")), "differently"),
        (CondaToken(Secret("a#b")), "differently"),
        (CondaToken(Secret("a b")), "differently"),
        (CondaToken(Secret("\x01")), "control character"),
        (S3Credentials("A/K", Secret("s/é+")), None),
        (S3Credentials("A", Secret("s\n")), "control character"),
        (OAUTH, None),
        (OAuth(Secret("t"), "http://idp.test/", "c"), "not https"),
        (OAuth(Secret("t"), "https://idp.test/", "c", Secret("r")), "never refreshes"),
        (OAuth(Secret("t"), "https://idp.test/", "c", expires_at=1_800_000_000_000), "milliseconds"),
    ],
)  # fmt: skip
def test_what_is_odd_about_a_literal_credential(credential: Credential, words: str | None) -> None:
    warnings = check(credential)
    assert bool(warnings) is (words is not None)
    assert words is None or any(words in warning for warning in warnings)
    assert CANARY not in str(warnings)


@pytest.mark.parametrize(
    ("credential", "field"),
    [
        (BearerToken(Secret("")), "token"),
        (BearerToken(Secret("a\nb")), "token"),
        (BearerToken(Secret("t\n")), "token"),  # literal: nothing is left out
        (CondaToken(Secret("")), "token"),
        (CondaToken(Secret("a/b")), "token"),
        (CondaToken(Secret("a\nb")), "token"),
        (BasicHTTP("u", Secret("")), "password"),
        (BasicHTTP("\ud800", Secret("p")), "username"),
        (S3Credentials("", Secret("s")), "access_key_id"),
        (S3Credentials("a", Secret("")), "secret_access_key"),
        (S3Credentials("a", Secret("s"), Secret("")), "session_token"),
        (OAuth(Secret(""), "https://h/", "c"), "access_token"),
        (OAuth(Secret("a\x7f"), "https://h/", "c"), "access_token"),
        (OAuth(Secret("t"), "", "c"), "token_endpoint"),
        (OAuth(Secret("t"), "https://h/", ""), "client_id"),
        (OAuth(Secret("t"), "https://h/", "c", Secret("")), "refresh_token"),
        (OAuth(Secret("t"), "https://h/", "c", revocation_endpoint=""), "revocation_endpoint"),
    ],
)
def test_what_is_refused_of_a_literal_credential(credential: Credential, field: str) -> None:
    with pytest.raises(FieldProblem) as caught:
        check(credential)
    assert caught.value.field == field
