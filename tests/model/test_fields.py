from __future__ import annotations

import dataclasses

import pytest

from authui.model.credential import (
    KINDS,
    BasicHTTP,
    BearerToken,
    Credential,
    Kind,
    OAuth,
    S3Credentials,
    UnknownField,
)
from authui.model.errors import FieldProblem
from authui.model.fields import fields_of, problems, remarks, text_of, to_model
from authui.model.secret import Secret
from authui.model.wire_grammar import FIELDS

CANARY = "canary-4711"
ENDPOINT = "https://idp.test/token"
UNKNOWN = (UnknownField("note", Secret('"x"')),)
OLD = OAuth(Secret("access"), ENDPOINT, "c", Secret("refresh"), 1_800_000_000, None, "aud", UNKNOWN)


def test_fields_are_those_of_the_stored_form() -> None:
    for kind in KINDS:
        wire = FIELDS.get(kind, ())
        if not wire:
            assert [(f.name, f.type) for f in fields_of(kind)] == [("token", "secret")]
            continue
        specs = {spec.name: spec for spec in fields_of(kind)}
        assert set(specs) == {field.name for field in wire}
        for field in wire:
            assert specs[field.name].is_required is field.required
            assert (specs[field.name].type == "integer") is (field.type == "integer")


def test_forms_in_the_order_in_which_they_are_filled_in() -> None:
    assert [f.name for f in fields_of("BasicHTTP")] == ["username", "password"]
    assert [f.name for f in fields_of("S3Credentials") if not f.is_advanced] == [
        "access_key_id",
        "secret_access_key",
        "session_token",
    ]
    assert [(f.name, f.is_advanced) for f in fields_of("OAuth")] == [
        ("access_token", False),
        ("refresh_token", False),
        ("token_endpoint", True),
        ("client_id", True),
        ("expires_at", True),
        ("revocation_endpoint", True),
        ("audience", True),
    ]
    for kind in KINDS:
        for spec in fields_of(kind):
            assert spec.kind == kind
            assert spec.label[0].isupper()
            assert spec.is_secret is (spec.type == "secret")


@pytest.mark.parametrize(
    ("kind", "values", "made"),
    [
        ("BearerToken", {"token": " t\n"}, BearerToken(Secret("t"))),
        ("BasicHTTP", {"username": "u", "password": Secret("p")}, BasicHTTP("u", Secret("p"))),
        (
            "S3Credentials",
            {"access_key_id": "a", "secret_access_key": Secret("s"), "session_token": None},
            S3Credentials("a", Secret("s")),
        ),
        (
            "OAuth",
            {"access_token": "t", "token_endpoint": ENDPOINT, "client_id": "c", "expires_at": " 12 ",
             "audience": "  "},
            OAuth(Secret("t"), ENDPOINT, "c", expires_at=12),
        ),
    ],
)  # fmt: skip
def test_a_form_becomes_a_credential(
    kind: Kind, values: dict[str, str | Secret | None], made: Credential
) -> None:
    assert to_model(kind, values) == made
    assert problems(kind, values) == {}


def shown(credential: Credential) -> dict[str, str | Secret | None]:
    """The form as it is first shown: secrets blank."""
    return {f.name: text_of(credential, f) for f in fields_of(credential.kind)}


def test_a_form_that_nobody_touched_changes_nothing() -> None:
    assert to_model("OAuth", shown(OLD), old=OLD) == OLD
    odd = OAuth(Secret("a\nb"), "nowhere", "", Secret(""), None, "", None)
    assert to_model("OAuth", shown(odd), old=odd) == odd
    changed = to_model("OAuth", shown(odd) | {"expires_at": "5"}, old=odd)
    assert changed == dataclasses.replace(odd, expires_at=5)


def test_what_is_given_replaces_what_was_stored() -> None:
    values = shown(OLD) | {"access_token": Secret("new"), "audience": "", "expires_at": ""}
    wanted = dataclasses.replace(OLD, access_token=Secret("new"), audience=None, expires_at=None)
    assert to_model("OAuth", values, old=OLD) == wanted


def test_an_optional_secret_goes_when_it_is_cleared() -> None:
    made = to_model("OAuth", shown(OLD), old=OLD, clear=("refresh_token",))
    assert made == dataclasses.replace(OLD, refresh_token=None)
    assert "access_token" in problems("OAuth", shown(OLD), old=OLD, clear=("access_token",))


def test_nothing_is_kept_of_another_kind() -> None:
    old = BasicHTTP("u", Secret("p"), UNKNOWN)
    with pytest.raises(FieldProblem, match="token is empty"):
        to_model("BearerToken", {}, old=old)
    values: dict[str, str | Secret | None] = {"access_key_id": "a", "secret_access_key": "s"}
    assert to_model("S3Credentials", values, old=old) == S3Credentials("a", Secret("s"))


def test_every_problem_is_told_under_its_field() -> None:
    values: dict[str, str | Secret | None] = {
        "access_token": Secret(f"{CANARY}\x01{CANARY}"),
        "token_endpoint": "idp",
        "expires_at": "soon",
    }
    told = problems("OAuth", values)
    assert list(told) == ["access_token", "token_endpoint", "client_id", "expires_at"]
    assert CANARY not in str(told)
    with pytest.raises(FieldProblem) as caught:
        to_model("OAuth", values)
    assert caught.value.field == "access_token"


def test_what_was_left_out_is_told_under_its_field() -> None:
    values: dict[str, str | Secret | None] = {"username": "a:b ", "password": Secret("'p'")}
    told = remarks("BasicHTTP", values)
    assert set(told) == {"username", "password"}
    assert len(told["username"]) == 2
    assert told["password"] == ("The surrounding quotes were left out",)


def test_no_secret_is_put_into_a_field() -> None:
    for credential in (OLD, BasicHTTP("u", Secret(CANARY)), BearerToken(Secret(CANARY))):
        for spec in fields_of(credential.kind):
            assert spec.is_secret is False or text_of(credential, spec) == ""
    assert text_of(OLD, "expires_at") == "1800000000"
    assert text_of(OLD, "revocation_endpoint") == ""
