from __future__ import annotations

import json
import subprocess
import sys
import traceback

import pytest

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
    UnknownField,
)
from authui.model.errors import BadInput, DecodeError
from authui.model.secret import Secret
from authui.model.wire import (
    decode_credential,
    decode_file,
    encode_credential,
    encode_file,
    entries_by_host,
)
from authui.model.wire_errors import Code, WireError
from tests.support.wire_tables import (
    ACCEPTED,
    AUDIENCE,
    BASIC,
    IGNORED,
    OAUTH,
    REFUSED,
    S3,
    WHOLE,
    file,
)


@pytest.mark.parametrize(("text", "credential"), ACCEPTED)
def test_accepts_what_rattler_accepts(text: str, credential: Credential) -> None:
    assert decode_credential(text) == credential
    entry = decode_file(file(text))[0]
    assert (entry.host, entry.credential) == ("h", credential)
    assert entry.text == Secret(text.strip())


@pytest.mark.parametrize("value", IGNORED, ids=lambda v: v[:12])
def test_fields_that_are_not_known_are_kept_whatever_they_hold(value: str) -> None:
    text = f'{{"BasicHTTP":{{"x": {value} ,"username":"u","password":"p","x":1}}}}'
    credential = decode_file(file(text))[0].credential
    kept = (UnknownField("x", Secret(value)), UnknownField("x", Secret("1")))
    assert credential == BasicHTTP("u", Secret("p"), kept)
    written = f'{{"BasicHTTP":{{"username":"u","password":"p","x":{value},"x":1}}}}'
    assert encode_credential(credential) == written
    assert decode_credential(written) == credential


@pytest.mark.parametrize(("text", "code", "column"), REFUSED, ids=lambda v: str(v)[:40])
def test_refuses_what_rattler_refuses(text: str, code: Code, column: int) -> None:
    with pytest.raises(WireError) as caught:
        decode_file(file(text))
    assert caught.value.code == code
    assert (caught.value.line, caught.value.column) == (2 if "\n" in text else 1, column)
    assert caught.value.host in (None, "h")
    with pytest.raises(DecodeError):
        decode_credential(text)


@pytest.mark.parametrize(("data", "code", "place"), WHOLE)
def test_refuses_whole_files_as_rattler_does(
    data: bytes, code: Code, place: tuple[int, int]
) -> None:
    with pytest.raises(WireError) as caught:
        decode_file(data)
    assert (caught.value.code, (caught.value.line, caught.value.column)) == (code, place)


def test_an_empty_object_is_an_empty_store() -> None:
    assert decode_file(b" \n{ } ") == ()


def test_keeps_the_order_and_duplicates_and_the_last_one_wins() -> None:
    data = b'{"b":{"BearerToken":"1"},"a":{"BearerToken":"2"}, "\\u0062":{"BearerToken":"3"}}'
    entries = decode_file(data)
    assert [entry.host for entry in entries] == ["b", "a", "b"]
    assert entries_by_host(entries)["b"].credential == BearerToken(Secret("3"))


def test_says_what_is_wrong_and_what_to_do() -> None:
    with pytest.raises(DecodeError) as caught:
        decode_file(b'{"prefix.dev":{"BasicHttp":{"username":"u","password":"p"}}}')
    assert caught.value.message == 'host "prefix.dev": unknown kind "BasicHttp" (line 1, column 26)'
    assert caught.value.hint == "rattler spells it BasicHTTP"
    assert (caught.value.host, caught.value.field) == ("prefix.dev", None)
    with pytest.raises(DecodeError) as caught:
        decode_file((f'{{"h": {OAUTH % 1.5}}}').encode())
    assert caught.value.field == "expires_at"
    assert caught.value.message == (
        'host "h", field "expires_at": an integer should stand here, '
        "not a floating point number (line 1, column 72)"
    )


def test_a_name_in_the_place_of_a_kind_is_shown_only_if_it_reads_like_one() -> None:
    with pytest.raises(DecodeError) as caught:
        decode_file(b'{"https://u:canary@h.test":{"canary-4711":"x"}}')
    assert caught.value.message.endswith("unknown kind (line 1, column 41)")
    assert "canary" not in caught.value.message


def test_a_name_in_a_message_is_short_and_harmless() -> None:
    host = "\x1b[2J\u202e" * 2000
    with pytest.raises(DecodeError) as caught:
        decode_file(json.dumps({host: {"\x1b]0;x\x07" * 2000: 1}}).encode())
    assert len(caught.value.message) < 180
    assert caught.value.message.isprintable()
    assert caught.value.host == host


CANARY = "pfx_canary4711"
LEAKS = [
    f'"{CANARY}"', f'"{{\\"BearerToken\\":\\"{CANARY}\\"}}"', f'{{"BearerToken":["{CANARY}"]}}',
    f'{{"OAuth":{{"expires_at":"{CANARY}"}}}}', f'{{"BasicHTTP":"{CANARY}"}}',
    f'{{"BearerToken":"{CANARY}\\ud800"}}', f'{{"BearerToken":"{CANARY}', f"{CANARY}",
    f'{{"BasicHTTP":{{"username":"u","password":"{CANARY}"}}', f'{{"BearerToken":"{CANARY}"}} x',
    f'{{"BearerToken":"{CANARY}"}}\udcff',
]  # fmt: skip


@pytest.mark.parametrize("text", LEAKS)
def test_no_value_gets_into_an_error_or_its_traceback(text: str) -> None:
    data = f'{{"h":{text}}}'.encode("utf-8", "surrogateescape")
    with pytest.raises(DecodeError) as caught:
        decode_file(data)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(error.__dict__)
    assert CANARY not in shown


def test_a_decoded_credential_shows_no_secret() -> None:
    data = b'{"h":{"BasicHTTP":{"username":"u","password":"canary","x":"canary"}}}'
    assert "canary" not in repr(decode_file(data))


WRITTEN: list[tuple[Credential, str]] = [
    (BearerToken(Secret("t")), '{"BearerToken":"t"}'),
    (CondaToken(Secret("é\x7f\u2028😀/")), '{"CondaToken":"é\x7f\u2028😀/"}'),
    (BearerToken(Secret('"\\\b\f\n\r\t\x00\x1f')),
     '{"BearerToken":"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f"}'),
    (BASIC, '{"BasicHTTP":{"username":"u","password":"p"}}'),
    (S3Credentials("a", Secret("s")), S3 % ',"session_token":null'),
    (S3Credentials("a", Secret("s"), Secret("x")), S3 % ',"session_token":"x"'),
    (OAuth(Secret("a"), "t", "c", expires_at=-5), OAUTH % "-5"),
    (OAuth(Secret("a"), "t", "c", Secret("r"), 0, "v", "aud"),
     AUDIENCE % "0"),
]  # fmt: skip


@pytest.mark.parametrize(("credential", "text"), WRITTEN)
def test_writes_rattlers_bytes(credential: Credential, text: str) -> None:
    assert encode_credential(credential) == text
    assert decode_credential(text) == credential


def test_a_file_is_compact_sorted_by_code_point_and_keeps_given_text() -> None:
    raw = Secret('{ "BasicHTTP" : ["u",\n"p"] }')
    entries: dict[str, Credential | Secret] = {
        "z": BASIC, "\U0001f600": raw, "\uffff": BASIC, '"': BASIC, "Z": BASIC,
    }  # fmt: skip
    basic = '{"BasicHTTP":{"username":"u","password":"p"}}'
    expected = f'{{"\\"":{basic},"Z":{basic},"z":{basic},"\uffff":{basic},"😀":{raw.reveal()}}}'
    assert encode_file(entries) == expected.encode()
    assert encode_file({}) == b"{}"


@pytest.mark.parametrize(
    ("host", "credential"),
    [
        ("h", BearerToken(Secret("canary\ud800"))),
        ("\ud800", BASIC),
        ("h", OAuth(Secret("canary"), "t", "c", expires_at=2**63)),
        ("h", BasicHTTP("u", Secret("canary"), (UnknownField("username", Secret('"x"')),))),
    ],
)
def test_refuses_to_write_what_rattler_could_not_read(host: str, credential: Credential) -> None:
    with pytest.raises(BadInput) as caught:
        encode_file({host: credential})
    assert caught.value.__context__ is None
    assert "canary" not in caught.value.message


def test_loads_little() -> None:
    code = "import sys; before = set(sys.modules); import authui.model.wire\n"
    code += "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"textual", "rich", "asyncio", "cryptography", "urllib", "pathlib"} & set(loaded)
