"""A file that rattler refuses, taken apart: good entries as they stand, and nothing lost."""

from __future__ import annotations

import base64
import re

import pytest

from authui.model.errors import DecodeError
from authui.model.mending import Mend
from authui.model.repair import Repair, rebuild, take_apart
from authui.model.secret import Secret
from authui.model.set_aside import hosts_in, set_aside_text
from authui.model.wire import decode_file
from authui.model.wire_split import split
from tests.support.wire_tables import REFUSED

GOOD = '{"BearerToken": "tok-a"}'
BASIC = '{"BasicHTTP":{"username":"u","password":"p\\u00e9"}}'
CANARY = "canary7f3a9c"


def texts(repair: Repair) -> list[tuple[str, str]]:
    return [(host, text.reveal()) for host, text in repair.good]


def around(value: str) -> bytes:
    """The value between two good entries."""
    text = f'{{"a.test": {GOOD},\n "h": {value},\n "z.test":{BASIC}}}'
    return text.encode("utf-8", "surrogateescape")


BOTH = [("a.test", GOOD), ("z.test", BASIC)]

CASES: list[tuple[str, str | None, tuple[Mend, ...]]] = [
    (
        '{"BasicHttp":{"username":"u","password":"p"}}',
        '{"BasicHTTP":{"username":"u","password":"p"}}',
        (Mend.KIND,),
    ),
    ('{"bearertoken": "x"}', '{"BearerToken": "x"}', (Mend.KIND,)),
    ('{ "bearer-token" :"x" }', '{ "BearerToken" :"x" }', (Mend.KIND,)),
    ('{"S3":["a","s",null]}', '{"S3Credentials":["a","s",null]}', (Mend.KIND,)),
    ('"{\\"BearerToken\\":\\"x\\"}"', '{"BearerToken":"x"}', (Mend.UNWRAP,)),
    ('"{\\"bearer_token\\":\\"x\\"}"', '{"BearerToken":"x"}', (Mend.UNWRAP, Mend.KIND)),
    ('{"BearerToken":"x",}', '{"BearerToken":"x"}', (Mend.TIDY,)),
    (
        '{"BasicHTTP":{"username":"u","password":"p","username":"u"}}',
        '{"BasicHTTP":{"username":"u","password":"p"}}',
        (Mend.REPEAT,),
    ),
    ('{"BearerToken":"x","BearerToken":"x"}', '{"BearerToken":"x"}', (Mend.REPEAT,)),
    ('{"BasicHTTP":{"username":"u","password":"p","username":"v"}}', None, ()),
    ('{"BearerToken":"x","CondaToken":"y"}', None, ()),
    ('{"BearerToken":1}', None, ()),
    ('{"BasicHTTP":{"username":"u"}}', None, ()),
    ('{"BasicHTTP":{"username":"u","password":null}}', None, ()),
    ('{"S3Credentials":["a","s"]}', None, ()),
    ('{"BasicHttp":{"username":1,"password":"p"}}', None, ()),
    ('{"Token":"x"}', None, ()),
    ("{}", None, ()),
    ("null", None, ()),
    ("[]", None, ()),
    ("[1, [2, {}]]", None, ()),
    ("7", None, ()),
    ('"BearerToken"', None, ()),
    ('{"BearerToken":"a\nb"}', None, ()),
    ('{"BearerToken":"a\x01b"}', None, ()),
    ('{"BearerToken":"\\ud800"}', None, ()),
    ('{"BearerToken":"a\udcffb"}', None, ()),
    ('{"BearerToken":"unclosed}', None, ()),
    ('{"BearerToken":"unclosed', None, ()),
    ('{"BearerToken":"x"', None, ()),
    ("'single'", None, ()),
    ('{"BasicHTTP":{"username":"u","password":"p}}', None, ()),
    ('{"OAuth":{"access_token":"a","expires_at":1.5,"token_endpoint":"t","client_id":"c"}}', None, ()),
]  # fmt: skip


@pytest.mark.parametrize(("value", "proposal", "mends"), CASES)
def test_one_bad_entry_between_two_good_ones(
    value: str, proposal: str | None, mends: tuple[Mend, ...]
) -> None:
    data = around(value)
    with pytest.raises(DecodeError):
        decode_file(data)
    repair = take_apart(data)
    assert texts(repair) == BOTH
    (bad,) = repair.bad
    assert (bad.host, bad.mends, bad.after) == ("h", mends, 1)
    assert (bad.proposal.reveal() if bad.proposal else None) == proposal
    assert bad.value is not None
    assert bad.value.reveal() == value
    assert bad.raw.reveal().startswith('"h": ')
    assert bad.raw.reveal().endswith(value)
    hosts = [entry.host for entry in decode_file(rebuild(repair, {}))]
    assert hosts == ["a.test", "z.test"]
    if bad.proposal:
        assert len(decode_file(rebuild(repair, {0: bad.proposal}))) == 3


@pytest.mark.parametrize("value", [value for value, _, _ in REFUSED])
def test_whatever_value_rattler_refuses(value: str) -> None:
    data = around(value.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
    repair = take_apart(data)
    assert set(BOTH) <= set(texts(repair))
    assert repair.bad
    decode_file(rebuild(repair, {}))
    nothing_is_lost(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + around(GOOD),
        *(around(GOOD).decode().encode(wide) for wide in ("utf-16", "utf-16-le", "utf-16-be")),
        b"\xfe\xff" + around(GOOD).decode().encode("utf-16-be"),
        around(GOOD).decode().encode("utf-16-le") + b"\n",
        around(GOOD)[:-1],
        around(GOOD)[:-1] + b",}",
        around(GOOD)[:-1] + b"]",
        around(GOOD)[1:],
        around(GOOD).replace(b",\n", b"\n"),
        around(GOOD).replace(b",\n", b",,\n"),
        around(GOOD).replace(b",\n", b"},\n"),
        around(GOOD) + b"}\n",
    ],
)
def test_where_only_the_frame_is_wrong_all_entries_are_good(data: bytes) -> None:
    with pytest.raises(DecodeError):
        decode_file(data)
    repair = take_apart(data)
    assert texts(repair) == [BOTH[0], ("h", GOOD), BOTH[1]]
    assert repair.bad == ()
    assert [e.text for e in decode_file(rebuild(repair, {}))] == [t for _, t in repair.good]


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"{", b"\xff\xfe"])
def test_a_file_without_anything_becomes_an_empty_store(data: bytes) -> None:
    repair = take_apart(data)
    assert (repair.good, repair.bad) == ((), ())
    assert rebuild(repair, {}) == b"{}"


@pytest.mark.parametrize(
    "data", [b"null", b"[]", b'"text"', b"12", b"token abc", b"\0\0\0", b"\xff"]
)
def test_what_cannot_be_split_is_one_bad_entry(data: bytes) -> None:
    (bad,) = take_apart(data).bad
    assert bad.host is None
    assert bad.raw.reveal().encode("utf-8", "surrogateescape") == data
    assert bad.proposal is None
    assert take_apart(data).damaged is (data == b"\xff")


def test_comments_are_kept_as_entries_of_their_own() -> None:
    data = (
        f'// first {CANARY}\n{{"a.test": {GOOD}, /* "old.test": {GOOD} */\n'
        f'# "older.test": {GOOD},\n "h": {{"BearerToken": /* why */ "x"}} }} // last'
    ).encode()
    repair = take_apart(data)
    assert texts(repair) == [("a.test", GOOD)]
    assert [bad.raw.reveal() for bad in repair.bad if bad.host is None] == [
        f"// first {CANARY}",
        f'/* "old.test": {GOOD} */',
        f'# "older.test": {GOOD},',
        "/* why */",
        "// last",
    ]
    (entry,) = (bad for bad in repair.bad if bad.host)
    assert (entry.mends, entry.host) == ((Mend.TIDY,), "h")


def test_an_entry_that_was_commented_out_stays_out() -> None:
    for comment in (f'// , "x": {GOOD}', f'/* , "x": {GOOD} */', f'# , "x": {GOOD}'):
        data = f'{{"h": {{"BearerToken": "open }}\n {comment}\n, "a.test": {GOOD}}}'.encode()
        repair = take_apart(data)
        assert texts(repair) == [("a.test", GOOD)]
        nothing_is_lost(data)


def test_a_host_that_stands_twice_stays_twice_and_in_order() -> None:
    data = b'{"h":{"BearerToken":"1"},"h":{"bearertoken":"2"},"h":{"BearerToken":"3"},}'
    repair = take_apart(data)
    assert len(repair.good) == 2
    assert repair.bad[0].proposal is not None
    found = decode_file(rebuild(repair, {0: repair.bad[0].proposal}))
    assert [e.text.reveal()[-3:-2] for e in found] == ["1", "2", "3"]


def test_hosts_that_are_no_text_or_no_string() -> None:
    data = b'{"a\xff": {"BearerToken":"x"}, b.test: {"BearerToken":"y"}, "c":{"BearerToken":"z"}}'
    repair = take_apart(data)
    assert [host for host, _ in repair.good] == ["c"]
    assert [bad.host for bad in repair.bad] == [None, None]
    assert repair.damaged
    nothing_is_lost(data)


def test_no_reason_quotes_a_value() -> None:
    for value in (f'"{CANARY}"', f'{{"{CANARY}":"x"}}', f'{{"BearerToken":["{CANARY}"]}}',
                  f'{{"BearerToken":"{CANARY}\n"}}', f"{CANARY}", f'{{"BasicHTTP":{CANARY}}}'):  # fmt: skip
        repair = take_apart(around(value))
        assert all(CANARY not in bad.reason for bad in repair.bad)
        assert CANARY not in repr(repair)


def nothing_is_lost(data: bytes) -> None:
    """That between the parts lies nothing but the frame."""
    text = data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    at = 0
    for part in split(text):
        assert part.start >= at
        assert re.fullmatch(r"[ \t\n\r,{}\]]*", text[at : part.start])
        at = part.end
    assert re.fullmatch(r"[ \t\n\r,{}\]]*", text[at:])


def test_given_values_that_no_file_can_hold_are_refused() -> None:
    repair = take_apart(around("{}"))
    with pytest.raises(UnicodeEncodeError):
        rebuild(repair, {0: Secret('{"BearerToken":"\udcff"}')})


def test_what_is_set_aside_stands_there_byte_for_byte() -> None:
    data = around('{"BearerToken":"a\udcffb\n"}')
    repair = take_apart(data)
    text = set_aside_text(repair, {0}, "/x/credentials.json", data)
    assert b'"h": {"BearerToken":"a\xffb\n"}' in text
    assert b"/x/credentials.json" in text
    encoded = text.rpartition(b"\n# ")[2].partition(b"\n")[2]
    assert base64.b64decode(encoded) == data


def test_only_what_is_chosen_is_set_aside_and_text_needs_no_copy_of_the_file() -> None:
    data = b'{"a.test":{"BearerToken":1},"b.test":null, nobody}'
    repair = take_apart(data)
    text = set_aside_text(repair, {0, 2}, "/x", data).decode()
    assert text.count("\n# 1. a.test\n") == text.count("\n# 2. no host is known\n") == 1
    assert hosts_in(text.encode()) == ("a.test", None)
    assert '\n"a.test":{"BearerToken":1}\n' in text
    assert text.endswith("\nnobody\n")
    assert "b.test" not in text
    assert "base64" not in text


def test_bytes_that_are_no_text_within_an_escape() -> None:
    data = b'{"a":{"x\\u00\x9f":1},"b":"\\u\xff","c":{"BearerToken":"z"}}'
    repair = take_apart(data)
    assert [host for host, _ in repair.good] == ["c"]
    assert [bad.raw.reveal().encode("utf-8", "surrogateescape") for bad in repair.bad] == [
        b'"a":{"x\\u00\x9f":1}',
        b'"b":"\\u\xff"',
    ]


def test_other_encodings_are_kept_whole_where_something_is_set_aside() -> None:
    data = around('{"BearerToken":1}').decode().encode("utf-16-be")
    repair = take_apart(data)
    assert texts(repair) == BOTH
    assert repair.damaged
    assert base64.b64encode(data)[:40] in set_aside_text(repair, {0}, "/x", data)
    assert not take_apart(b'{\0"h":{"BearerToken":"x"}}').damaged


def test_a_token_with_slashes_hides_no_entry_after_it() -> None:
    data = f'{{"a.test":{{"BearerToken":"x//y"}},"h":{{"BearerToken":"open}},"z.test":{BASIC}}}'
    assert [host for host, _ in take_apart(data.encode()).good] == ["a.test", "z.test"]
