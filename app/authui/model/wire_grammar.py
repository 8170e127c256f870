"""The five kinds as JSON: their fields, and the strict reading of one credential.

Accepts and rejects what serde's derived decoder does for `Authentication`, an externally tagged
enum: an object with one kind; its fields as an object in any order, or all as an array in order.
Source: rattler_networking 0.34, `Authentication`; serde_json, `deserialize_enum`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias, cast

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    Kind,
    OAuth,
    S3Credentials,
    UnknownField,
)
from authui.model.secret import Secret
from authui.model.wire_errors import Code
from authui.model.wire_scan import I64_MAX, Scanner
from authui.model.wire_skip import skip_value

Value: TypeAlias = str | int | None
"""What a field holds."""


class Field(NamedTuple):
    """One field of a kind. Optional ones may be absent or null."""

    name: str
    type: Literal["text", "integer"] = "text"
    required: bool = True


TOKENS: Final = ("BearerToken", "CondaToken")
"""The kinds that are a string and nothing else."""

FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    "BasicHTTP": (Field("username"), Field("password")),
    "S3Credentials": (
        Field("access_key_id"),
        Field("secret_access_key"),
        Field("session_token", required=False),
    ),
    "OAuth": (
        Field("audience", required=False),
        Field("access_token"),
        Field("refresh_token", required=False),
        Field("expires_at", "integer", required=False),
        Field("token_endpoint"),
        Field("revocation_endpoint", required=False),
        Field("client_id"),
    ),
}
"""The fields of the other kinds, in the order in which rattler writes them."""


def build(
    kind: str, values: Mapping[str, Value], unknown: tuple[UnknownField, ...] = ()
) -> Credential:
    """The credential of a kind of `FIELDS` from checked values."""
    text = cast("Mapping[str, str]", values)
    maybe = cast("Mapping[str, str | None]", values)
    if kind == "BasicHTTP":
        return BasicHTTP(text["username"], Secret(text["password"]), unknown)
    if kind == "S3Credentials":
        return S3Credentials(
            text["access_key_id"],
            Secret(text["secret_access_key"]),
            _secret(maybe.get("session_token")),
            unknown,
        )
    return OAuth(
        access_token=Secret(text["access_token"]),
        token_endpoint=text["token_endpoint"],
        client_id=text["client_id"],
        refresh_token=_secret(maybe.get("refresh_token")),
        expires_at=cast("int | None", values.get("expires_at")),
        revocation_endpoint=maybe.get("revocation_endpoint"),
        audience=maybe.get("audience"),
        unknown=unknown,
    )


def build_token(kind: str, token: str) -> Credential:
    """The credential of a kind of `TOKENS`."""
    secret = Secret(token)
    return BearerToken(secret) if kind == "BearerToken" else CondaToken(secret)


def _secret(text: str | None) -> Secret | None:
    return None if text is None else Secret(text)


def read_credential(scan: Scanner) -> Credential:
    """The credential at the scanner's position. Raises `Fault`."""
    char = scan.peek_value()
    if char == '"':
        _refuse_string(scan)
    if char != "{":
        scan.next_is_wrong(Code.VALUE)
    scan.at += 1
    char = scan.peek()
    if char != '"':
        missing = Code.VALUE if char == "}" else Code.KEY
        scan.next_is_wrong(missing if char else Code.EOF_OBJECT)
    name = scan.string()
    if name not in TOKENS and name not in FIELDS:
        scan.fail(Code.UNKNOWN_KIND, found=name)
    kind = cast("Kind", name)
    scan.colon()
    credential = build_token(kind, _text(scan)) if kind in TOKENS else _read_fields(scan, kind)
    scan.field = None
    char = scan.peek()
    if char != "}":
        scan.fail(Code.VALUE if char else Code.EOF_OBJECT)
    scan.at += 1
    return credential


def _refuse_string(scan: Scanner) -> None:
    """Fault for a string in place of a credential; it may be a secret and is never quoted."""
    name = scan.string()
    if name not in TOKENS and name not in FIELDS:
        scan.fail(Code.UNKNOWN_KIND)
    if scan.host is not None:
        _to_end(scan, "}")
    scan.fail(Code.UNIT)


def _to_end(scan: Scanner, closer: str) -> None:
    """Where serde_json notes errors of a whole object: after its end, if that is what follows."""
    if scan.peek() == closer:
        scan.at += 1


def _read_fields(scan: Scanner, kind: Kind) -> Credential:
    char = scan.peek_value()
    if char == "{":
        return _read_object(scan, kind)
    if char != "[":
        scan.refuse("an object")
    scan.at += 1
    values: dict[str, Value] = {}
    for place, field in enumerate(FIELDS[kind]):
        scan.field = field.name
        if not scan.next_element(first=place == 0):
            scan.at += 1
            scan.fail(Code.LENGTH)
        values[field.name] = _value(scan, field)
    scan.field = None
    scan.end_array()
    return build(kind, values)


def _read_object(scan: Scanner, kind: Kind) -> Credential:
    fields = {field.name: field for field in FIELDS[kind]}
    values: dict[str, Value] = {}
    unknown: list[UnknownField] = []
    scan.at += 1
    first = True
    while (name := scan.next_key(first=first)) is not None:
        first = False
        field = fields.get(name)
        if field is None:
            unknown.append(UnknownField(name, _source(scan)))
            continue
        scan.field = name
        if name in values:
            _to_end(scan, "}")
            scan.fail(Code.DUPLICATE)
        scan.colon()
        values[name] = _value(scan, field)
        scan.field = None
    for field in FIELDS[kind]:
        if field.required and field.name not in values:
            scan.field = field.name
            scan.fail(Code.MISSING)
    return build(kind, values, tuple(unknown))


def _source(scan: Scanner) -> Secret:
    """The text of a value that nobody knows, after its colon."""
    scan.colon()
    scan.peek()
    start = scan.at
    skip_value(scan)
    return Secret(scan.text[start : scan.at])


def _value(scan: Scanner, field: Field) -> Value:
    if not field.required and scan.peek() == "n":
        scan.word()
        return None
    return _text(scan) if field.type == "text" else _integer(scan)


def _text(scan: Scanner) -> str:
    if scan.peek_value() != '"':
        scan.refuse("a string")
    return scan.string()


def _integer(scan: Scanner) -> int:
    char = scan.peek_value()
    if char != "-" and not ("0" <= char <= "9"):
        scan.refuse("an integer")
    value = scan.number()
    if value is None:
        scan.fail(Code.TYPE, found="a floating point number", expected="an integer")
    if value > I64_MAX:
        scan.fail(Code.TOO_LARGE)
    return value
