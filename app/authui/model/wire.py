"""Credentials as rattler stores them: the JSON of a credentials file and of a keychain secret.

Reading accepts and rejects exactly what rattler does; writing gives rattler's bytes. A file is
walked with Python's own decoder as long as every value is plain; each value that is not, and every
doubt, goes to the strict reader in `wire_grammar`, which alone decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
)
from authui.model.errors import BadInput
from authui.model.secret import Secret
from authui.model.wire_errors import (
    BOM,
    EMPTY_FILE,
    HOSTS,
    Code,
    Fault,
    describe,
    position,
    to_decode_error,
)
from authui.model.wire_grammar import FIELDS, TOKENS, Value, build, build_token, read_credential
from authui.model.wire_scan import I64_MAX, I64_MIN, Scanner


@dataclass(frozen=True, slots=True)
class WireEntry:
    """One entry of a credentials file. `text` is its value exactly as it stands there."""

    host: str
    credential: Credential
    text: Secret


def decode_file(data: bytes) -> tuple[WireEntry, ...]:
    """Every entry of a credentials file in its order, a host that stands twice given twice.

    Raises `DecodeError` where rattler refuses the file.
    """
    text, bad = _decode_utf8(data)
    if bad is not None:
        line, column = position(data, bad + 1)
        raise describe(Fault(Code.UTF8, bad), line, column)
    scan = Scanner(text)
    try:
        entries = _read_file(scan)
        scan.end()
    except Fault as fault:
        error = to_decode_error(fault, text)
    else:
        return entries
    raise error  # out here, so that no context with the text's parts hangs on it


def entries_by_host(entries: Iterable[WireEntry]) -> dict[str, WireEntry]:
    """The entries that count: of a host that stands twice rattler takes the last."""
    return {entry.host: entry for entry in entries}


def decode_credential(text: str) -> Credential:
    """One credential, as it is kept as a keychain secret.

    Raises `DecodeError` where rattler would not take it.
    """
    scan = Scanner(text)
    try:
        credential = read_credential(scan)
        scan.end()
    except Fault as fault:
        error = to_decode_error(fault, text)
    else:
        return credential
    raise error


def decode_text(text: Secret) -> Credential:
    """The credential in a text that was kept secret. Raises `DecodeError`."""
    return decode_credential(text.reveal())


def encode_text(credential: Credential) -> Secret:
    """The credential in rattler's JSON, kept secret. Raises `BadInput`."""
    return Secret(encode_credential(credential))


def encode_credential(credential: Credential) -> str:
    """The credential in rattler's JSON; fields it did not know follow the known ones.

    Raises `BadInput` for what no rattler could read back: half of a surrogate pair, an expiry
    beyond 64 bits, an unknown field with the name of a known one.
    """
    body: str
    match credential:
        case BearerToken(token=token) | CondaToken(token=token):
            body = _quote(token.reveal())
        case _:
            body = "{" + ",".join(_encode_fields(credential)) + "}"
    return f'{{"{credential.kind}":{body}}}'


def encode_file(
    entries: Mapping[str, Credential | Secret] | Iterable[tuple[str, Credential | Secret]],
) -> bytes:
    """A whole credentials file in rattler's bytes: compact, sorted, no newline at the end.

    A value given as `Secret` is JSON text (such as `WireEntry.text`) and carried over as it is.
    Of pairs with the same host all are written, in the order in which they come. Raises `BadInput`
    as `encode_credential` does.
    """
    pairs = entries.items() if isinstance(entries, Mapping) else entries
    parts = []
    for host, value in sorted(pairs, key=lambda pair: pair[0]):
        text = value.reveal() if isinstance(value, Secret) else encode_credential(value)
        parts.append(f"{_quote(host)}:{text}")
    return ("{" + ",".join(parts) + "}").encode()


def value_of(text: Secret) -> Secret:
    """The JSON of one credential as it can stand in a file: without the white space around it.

    Raises `DecodeError` where rattler would not take it, `BadInput` where UTF-8 cannot carry it.
    """
    value = text.reveal()
    _check_utf8(value)
    decode_credential(value)
    return Secret(value.strip(" \t\n\r"))


def _read_file(scan: Scanner) -> tuple[WireEntry, ...]:
    char = scan.peek()
    if char != "{":
        if not char:
            scan.next_is_wrong(Code.EOF_VALUE, found=EMPTY_FILE)
        if scan.text.startswith("\ufeff"):
            scan.next_is_wrong(Code.VALUE, found=BOM)
        scan.refuse(HOSTS)
    scan.at += 1
    entries: list[WireEntry] = []
    text = scan.text
    while (host := _next_host(scan, first=not entries)) is not None:
        start = scan.at
        credential = _read_plain(scan)
        if credential is None:
            scan.at = start
            scan.host = host
            credential = read_credential(scan)
        entries.append(WireEntry(host, credential, Secret(text[start : scan.at])))
    return tuple(entries)


def _next_host(scan: Scanner, *, first: bool) -> str | None:
    """The host of the next entry, the scanner left where its value starts; None at the end."""
    name = _NAME.match(scan.text, scan.at)
    if name is not None and bool(name[1]) is not first:
        scan.at = name.end()
        return name[2]
    scan.host = None
    host = scan.next_key(first=first)
    if host is not None:
        scan.colon()
        scan.host = host  # not before: what has no colon may be a token in the wrong place
        scan.peek_value()
    return host


def _decode_utf8(data: bytes) -> tuple[str, int | None]:
    """The text, or the offset of the first byte that is no UTF-8."""
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return "", error.start


# The name of an entry without escapes, from the comma before it to where its value starts.
_NAME = re.compile(
    r'[ \t\n\r]*(,?)[ \t\n\r]*"([^"\\\x00-\x1f]*)"[ \t\n\r]*:[ \t\n\r]*(?=\{)',
)


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def _read_plain(scan: Scanner) -> Credential | None:
    """The credential at the scanner's position if nothing about it is unusual.

    None leaves it to the strict reader: what Python's decoder takes otherwise than serde_json, and
    what the plain walk does not keep (fields that are not known).
    """
    start = scan.at
    try:
        value, scan.at = _PYTHON.raw_decode(scan.text, start)
    except (ValueError, RecursionError):
        return None
    if type(value) is not tuple or len(value) != 1:
        return None
    if scan.text.find("\\u", start, scan.at) >= 0 and _SURROGATE.search(scan.text, start, scan.at):
        return None
    kind, body = value[0]
    if kind in TOKENS:
        return build_token(kind, body) if type(body) is str else None
    if kind not in FIELDS or type(body) is not tuple:
        return None
    values: dict[str, Value] = dict(body)
    return build(kind, values) if _is_plain(kind, values, len(body)) else None


def _is_plain(kind: str, values: Mapping[str, Any], written: int) -> bool:
    """Whether the values are the kind's fields, each once and of its type, and nothing else."""
    known = 0
    for name, wanted, required in FIELDS[kind]:
        value = values.get(name)
        if name in values:
            known += 1
        if value is None:
            if required:
                return False
        elif wanted == "text":
            if type(value) is not str:
                return False
        elif type(value) is not int or not I64_MIN <= value <= I64_MAX:
            return False
    return known == written


def _python_integer(digits: str) -> int | float:
    return -0.0 if digits == "-0" else int(digits)


_PYTHON = json.JSONDecoder(object_pairs_hook=tuple, parse_int=_python_integer)


def _encode_fields(credential: BasicHTTP | S3Credentials | OAuth) -> Iterable[str]:
    fields = FIELDS[credential.kind]
    for name, _, _ in fields:
        value: Value | Secret = getattr(credential, name)
        if isinstance(value, Secret):
            value = value.reveal()
        if value is None and name == "audience":
            continue
        if isinstance(value, int):
            if not I64_MIN <= value <= I64_MAX:
                raise BadInput(f"{name} does not fit into 64 bits", "Give seconds since 1970")
            yield f'"{name}":{value:d}'
        else:
            yield f'"{name}":{"null" if value is None else _quote(value)}'
    for unknown in credential.unknown:
        if any(unknown.name == field.name for field in fields):
            raise BadInput(f"{unknown.name} is a field of {credential.kind}, not an unknown one")
        yield f"{_quote(unknown.name)}:{unknown.text.reveal()}"


def _quote(text: str) -> str:
    _check_utf8(text)
    return json.dumps(text, ensure_ascii=False)


def _check_utf8(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        fits = False
    else:
        fits = True
    if not fits:
        raise BadInput(
            "The text holds half of a surrogate pair, which JSON in UTF-8 cannot carry",
            "Remove the characters that are no text",
        )
