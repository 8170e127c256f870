"""Random credentials files, and authui's reading of them beside real rattler's."""

from __future__ import annotations

import random
import re
import time
from dataclasses import dataclass

from authui.model import wire
from authui.model.credential import Credential
from authui.model.host import keys_for
from authui.model.lookup import Request
from authui.model.request import build_request
from authui.model.url import parse_url
from authui.model.wire_errors import Code, WireError
from tests.support.judge import Sent

URL = "http://h.test/c"
HOSTS = ("h.test", "h.test", "*.h.test", "*.test", "a.test", "H.TEST", "b", "", "é☃", "h.test ")

STRINGS = (
    '""', '"tok"', '"a b"', '"%20"', '"x:y"', '"é☃"', '"😀"', '"\\""', '"tab\\t"', '"\\u0041"',
    '"\\ud83d\\ude00"', '"\\/\\b\\f\\n\\r"', '"\\u0000"', '"\x7f"', '"\u2028"', '"a\\\\"', '"\\\\ud800"',
)  # fmt: skip
BAD_STRINGS = (
    '"\\ud800"', '"\\udc00"', '"\\ud800x"', '"\\ud800\\n"', '"\\ud800\\u0041"', '"\\ud800\\ud800"',
    '"\\ud8', '"\\ud800\\', '"\\x"', '"\\u12g4"', '"\\u+123"', '"\\u00é0"', '"\\u1"', '"a\nb"', '"\x01"',
    '"open', '"\\', "'x'", '"\\é"', '"\\u00',
)  # fmt: skip
NUMBERS = (
    "0", "-0", "1", "-3", "4102444800", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
    "-18446744073709551615", "1.5", "1e10", "1E+2", "0e0", "-0.0", "1e308", "1e309", "1e400",
    "0e99999999999", "1e-99999999999", "1e99999999999", "0.0e2147483648", "1" * 30, "9" * 400, "-1e0",
    "123.456e-7", "0.1e309", "1" + "0" * 310, "5" * 5000,
)  # fmt: skip
BAD_NUMBERS = (
    "01", "-", "-x", "+1", ".5", "1.", "1.x", "1.e5", "1e", "1e+", "1ex", "--1", "-01", "0x10", "1_0",
    "1é", "-é", "00", "1e1.5", "-.5",
)  # fmt: skip
WORDS = (
    "null",
    "true",
    "false",
    "nul",
    "tru",
    "fals",
    "nulL",
    "True",
    "NaN",
    "Infinity",
    "-Infinity",
)
DEEP = ("[" * 200 + "]" * 200, '{"a":' * 150 + "1" + "}" * 150, "[" * 3000 + "]" * 3000)
COMPOUNDS = (
    "[]", "{}", '["u","p"]', '{"a":1}', "[1,2]", "[1,]", "[,1]", "[1 2]", '{"a":1,}', '{"a"}', '{"a" 1}',
    "{a:1}", "{,}", "[}", "{]", "[1}", '{"a":1]', "[", "{", '{"a"', '{"a":', '["\\ud800"]',
    '{"\\ud800":1}', '[[],{},[[]],{"b":[{}]}]', *DEEP,
)  # fmt: skip
SPACES = ("", "", "", " ", "\n", "\t", "\r\n", "\n  ", "  \n \t")
BAD_SPACES = ("\x0b", "\x0c", "\xa0", "\u2028", "\x00", "//x\n", "/*x*/", "#x\n", "é")
KINDS = ("BearerToken", "CondaToken", "BasicHTTP", "S3Credentials", "OAuth")
BAD_KINDS = (
    "BasicHttp", "bearertoken", "S3", "Bearer Token", "BasicHTTP ", "", "oauth", "OAuth2", "é", "x" * 99,
)  # fmt: skip
FIELDS = {
    "BasicHTTP": ("username", "password"),
    "S3Credentials": ("access_key_id", "secret_access_key", "session_token"),
    "OAuth": (
        "audience", "access_token", "refresh_token", "expires_at", "token_endpoint",
        "revocation_endpoint", "client_id",
    ),
}  # fmt: skip
OPTIONAL = ("session_token", "audience", "refresh_token", "expires_at", "revocation_endpoint")


class FileMaker:
    """Draws one credentials file after another; about half of them rattler accepts."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.spaced = False
        self.wild = 0.0

    def make(self) -> bytes:
        """The bytes of one file."""
        rng = self.rng
        self.spaced = rng.random() < 0.4
        self.wild = rng.choice((0.0, 0.0, 0.02, 0.05, 0.15))
        entries = [
            self._pair(self._name(rng.choice(HOSTS)), self._credential())
            for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 5)))
        ]
        if rng.random() < self.wild:
            return self._bytes(rng.choice(("", " ", *WORDS, *STRINGS, *BAD_STRINGS, *COMPOUNDS)))
        text = self._space() + self._list("{", entries, "}") + self._space()
        if rng.random() < self.wild:
            text += rng.choice(("x", "{}", ",", "]", "}", "null", "\x00", "\ufeff"))
        return self._bytes(text)

    def _bytes(self, text: str) -> bytes:
        rng = self.rng
        data = text.encode()
        if rng.random() < 0.8:
            return data
        place = rng.randrange(len(data) + 1)
        match rng.randrange(8):
            case 0:
                return data[:place]
            case 1:
                return b"\xef\xbb\xbf" + data
            case 2:
                return text.encode("utf-16")
            case 3:
                return data[:place] + bytes([rng.randrange(256)]) + data[place + 1 :]
            case 4:
                return data[:place] + rng.choice(BAD_SPACES).encode() + data[place:]
            case 5:
                return data[:place] + rng.choice('"\\{}[]:,0-\n ').encode() + data[place:]
            case 6:
                return data[:place] + data[place + 1 :]
        other = rng.randrange(len(data) + 1)
        return data[:place] + data[min(place, other) : other] + data[place:]

    def _space(self) -> str:
        if self.rng.random() < self.wild / 8:
            return self.rng.choice(BAD_SPACES)
        return self.rng.choice(SPACES) if self.spaced else ""

    def _list(self, opener: str, items: list[str], closer: str) -> str:
        rng = self.rng
        text = opener + self._space()
        for number, item in enumerate(items):
            comma = "," if number else ""
            if rng.random() < self.wild / 8:
                comma = rng.choice(("", ",", ",,", ";", ":"))
            text += comma + self._space() + item + self._space()
        if rng.random() < self.wild / 4:
            text += rng.choice((",", ", ", ",\n", ":"))
        return text + (rng.choice("]} ") if rng.random() < self.wild / 8 else closer)

    def _pair(self, name: str, value: str) -> str:
        colon = ":" if self.rng.random() >= self.wild / 8 else self.rng.choice(("", "=", "::", ","))
        return name + self._space() + colon + self._space() + value

    def _name(self, name: str) -> str:
        rng = self.rng
        if rng.random() < self.wild / 8:
            return rng.choice((name, "1", "null", "{}", "'" + name + "'", *BAD_STRINGS))
        if name and name.isascii() and rng.random() < 0.1:
            place = rng.randrange(len(name))
            name = f"{name[:place]}\\u{ord(name[place]):04x}{name[place + 1 :]}"
        return f'"{name}"'

    def _credential(self) -> str:
        rng = self.rng
        if rng.random() < self.wild / 2:
            return self._anything()
        kind = rng.choice(KINDS)
        body = self._string() if kind not in FIELDS else self._fields(kind)
        name = rng.choice(BAD_KINDS) if rng.random() < self.wild / 2 else kind
        if rng.random() < self.wild / 2:
            return f'"{rng.choice((name, "tok", "{}", "OAuth"))}"'
        pairs = [self._pair(self._name(name), body)]
        if rng.random() < self.wild / 2:
            pairs.append(self._pair(self._name(rng.choice(KINDS)), self._string()))
        return self._list("{", pairs, "}")

    def _fields(self, kind: str) -> str:
        rng = self.rng
        names = list(FIELDS[kind])
        if rng.random() < 0.1:
            values = [self._value(name) for name in names]
            if rng.random() < self.wild * 2:
                values = rng.choice((values[:-1], [*values, "null"], [*values, "{"], []))
            return self._list("[", values, "]")
        if rng.random() < self.wild / 2:
            return self._anything()
        pairs = [(name, self._value(name)) for name in names]
        if rng.random() < 0.3:
            rng.shuffle(pairs)
        if rng.random() < 0.3:
            pairs = [p for p in pairs if p[0] not in OPTIONAL or rng.random() < 0.5]
        if rng.random() < 0.15:
            for _ in range(rng.randrange(1, 3)):
                unknown = (rng.choice(("x", "Username", "scope", "é")), self._unknown())
                pairs.insert(rng.randrange(len(pairs) + 1), unknown)
        if rng.random() < self.wild and pairs:
            pairs.pop(rng.randrange(len(pairs)))
        if rng.random() < self.wild and pairs:
            pairs.insert(rng.randrange(len(pairs) + 1), rng.choice(pairs))
        return self._list("{", [self._pair(self._name(n), v) for n, v in pairs], "}")

    def _value(self, name: str) -> str:
        rng = self.rng
        if name == "expires_at" and rng.random() < 0.7:
            return rng.choice(
                NUMBERS if rng.random() < self.wild * 2 else ("1", "4102444800", "-5")
            )
        if name == "token_endpoint":
            return '"http://idp.test/t"'
        if name in OPTIONAL and (name == "expires_at" or rng.random() < 0.4):
            return "null"
        return self._string()

    def _string(self) -> str:
        return self._anything() if self.rng.random() < self.wild / 2 else self.rng.choice(STRINGS)

    def _unknown(self) -> str:
        rng = self.rng
        if rng.random() < 0.2:
            return self._anything()
        return rng.choice(
            ("null", "true", '"s"', '"\\ud800"', "[]", "{}", "9" * 5000, "1e999", *DEEP)
        )

    def _anything(self) -> str:
        pools = (STRINGS, BAD_STRINGS, NUMBERS, BAD_NUMBERS, WORDS, COMPOUNDS)
        return self.rng.choice(self.rng.choice(pools))


def random_file(rng: random.Random) -> bytes:
    """One credentials file, odd in some way more often than not."""
    return FileMaker(rng).make()


MESSAGES = (
    ("stream did not contain valid UTF-8", Code.UTF8),
    ("EOF while parsing a value", Code.EOF_VALUE),
    ("EOF while parsing a string", Code.EOF_STRING),
    ("EOF while parsing a list", Code.EOF_LIST),
    ("EOF while parsing an object", Code.EOF_OBJECT),
    ("expected `:`", Code.COLON),
    ("expected `,` or `]`", Code.LIST_COMMA),
    ("expected `,` or `}`", Code.OBJECT_COMMA),
    ("expected ident", Code.IDENT),
    ("expected value", Code.VALUE),
    ("key must be a string", Code.KEY),
    ("invalid escape", Code.ESCAPE),
    ("control character", Code.CONTROL),
    ("lone leading surrogate", Code.SURROGATE),
    ("unexpected end of hex escape", Code.HEX_END),
    ("invalid number", Code.NUMBER),
    ("number out of range", Code.RANGE),
    ("trailing comma", Code.TRAILING_COMMA),
    ("trailing characters", Code.TRAILING),
    ("unknown variant", Code.UNKNOWN_KIND),
    ("invalid type: unit variant", Code.UNIT),
    ("missing field", Code.MISSING),
    ("duplicate field", Code.DUPLICATE),
    ("invalid type", Code.TYPE),
    ("invalid value: integer", Code.TOO_LARGE),
    ("invalid length", Code.LENGTH),
)
"""How rattler's messages begin after the path, and what authui calls it."""


@dataclass(frozen=True)
class Verdict:
    """How a file was read: refused where and why, or what it made the client send."""

    code: Code | None = None
    position: tuple[int, int] | None = None
    sent: tuple[str, str | None] | None = None


def observed(sent: Sent) -> Verdict:
    """rattler's reading of a file, from what it did."""
    if sent.stage == "client":
        return refusal(sent.error or "")
    return Verdict() if sent.url is None else Verdict(sent=(sent.url, sent.authorization))


def refusal(error: str) -> Verdict:
    """rattler's refusal of a file, from its message."""
    where = re.search(r" at line (\d+) column (\d+)$", error)
    message = re.sub(
        r"^.*?failed to (?:parse \S*|read from file `[^`]*`): ", "", error, flags=re.DOTALL
    )
    code = next((code for start, code in MESSAGES if message.startswith(start)), None)
    if code is None:
        raise AssertionError(f"an error that has no name here: {error}")
    return Verdict(code, (int(where[1]), int(where[2])) if where else None)


def authuis_verdict(data: bytes) -> Verdict:
    """authui's reading of a file: where it refuses it, or the request for `URL`."""
    try:
        entries = wire.entries_by_host(wire.decode_file(data))
    except WireError as error:
        place = None if error.code is Code.UTF8 else (error.line, error.column)
        return Verdict(error.code, place)
    url = parse_url(f"{URL}/noarch/repodata.json")
    found: Credential | None = next(
        (entries[key].credential for key in keys_for(url) if key in entries), None
    )
    request = build_request(url, found, time.time())
    if not isinstance(request, Request) or request.url is None:
        return Verdict()
    authorization = request.authorization
    return Verdict(
        sent=(request.url.reveal(), None if authorization is None else authorization.reveal())
    )
