"""What rattler accepts and refuses, case by case; `tests/rattler` has it confirmed by rattler."""

from __future__ import annotations

from authui.model.credential import (
    BasicHTTP,
    BearerToken,
    CondaToken,
    Credential,
    OAuth,
    S3Credentials,
)
from authui.model.secret import Secret
from authui.model.wire_errors import Code

S3 = '{"S3Credentials":{"access_key_id":"a","secret_access_key":"s"%s}}'
OAUTH = (
    '{"OAuth":{"access_token":"a","refresh_token":null,"expires_at":%s,"token_endpoint":"t",'
    '"revocation_endpoint":null,"client_id":"c"}}'
)
AUDIENCE = (
    '{"OAuth":{"audience":"aud","access_token":"a","refresh_token":"r","expires_at":%s,'
    '"token_endpoint":"t","revocation_endpoint":"v","client_id":"c"}}'
)
BASIC = BasicHTTP("u", Secret("p"))


def file(value: str) -> bytes:
    """A credentials file that holds one value, under the host `h`."""
    return f'{{"h":{value}}}'.encode("utf-8", "surrogatepass")


ACCEPTED: list[tuple[str, Credential]] = [
    ('{"BearerToken":"t"}', BearerToken(Secret("t"))),
    ('{"BearerToken":""}', BearerToken(Secret(""))),
    ('{"BearerToken":"a\\nb"}', BearerToken(Secret("a\nb"))),
    ('{"CondaToken":"é\x7f\u2028😀"}', CondaToken(Secret("é\x7f\u2028😀"))),
    ('{"CondaToken":"\\ud83d\\uDE00\\u0041\\/\\b\\f\\n\\r\\t\\"\\\\"}',
     CondaToken(Secret('😀A/\b\f\n\r\t"\\'))),
    ('{"\\u0042earerToken":"\\\\ud800"}', BearerToken(Secret("\\ud800"))),
    ('{"BasicHTTP":{"username":"u","password":"p"}}', BASIC),
    ('{"BasicHTTP":{"password":"p","username":"u"}}', BASIC),
    ('{"BasicHTTP":{"user\\u006eame":"u","password":"p"}}', BASIC),
    (' \t\r\n{ "BasicHTTP" : [ "u" ,\n"p" ] } ', BASIC),
    (S3 % "", S3Credentials("a", Secret("s"))),
    (S3 % ',"session_token":null', S3Credentials("a", Secret("s"))),
    (S3 % ',"session_token":"x"', S3Credentials("a", Secret("s"), Secret("x"))),
    ('{"S3Credentials":["a","s",null]}', S3Credentials("a", Secret("s"))),
    (OAUTH % "null", OAuth(Secret("a"), "t", "c")),
    (OAUTH % "-5", OAuth(Secret("a"), "t", "c", expires_at=-5)),
    (OAUTH % (2**63 - 1), OAuth(Secret("a"), "t", "c", expires_at=2**63 - 1)),
    (OAUTH % -(2**63), OAuth(Secret("a"), "t", "c", expires_at=-(2**63))),
    ('{"OAuth":{"access_token":"a","token_endpoint":"t","client_id":"c"}}',
     OAuth(Secret("a"), "t", "c")),
    ('{"OAuth":["aud","a","r",7,"t","v","c"]}',
     OAuth(Secret("a"), "t", "c", Secret("r"), 7, "v", "aud")),
]  # fmt: skip
"""Values of one host, and what they mean."""

DEEP = "[" * 100_000 + "]" * 100_000
IGNORED = ("null", "5" * 5000, "-1e99999", DEEP, '{"a":' * 50_000 + "[]" + "}" * 50_000,
           '"\\ud800"', '{"\\udc00":["\\ud800\\ud800"]}', '[true,false,null,[],{},"x",1.5E-3]')  # fmt: skip
"""Values of fields that rattler does not know, and skips."""

REFUSED = [
    ('{"BasicHttp":{"username":"u","password":"p"}}', Code.UNKNOWN_KIND, 17),
    ('{"bearertoken":"t"}', Code.UNKNOWN_KIND, 19),
    ('{"S3":{}}', Code.UNKNOWN_KIND, 10),
    ('{"BearerToken":"t","CondaToken":"t"}', Code.VALUE, 23),
    ("{}", Code.VALUE, 7),
    ("null", Code.VALUE, 6),
    ('"BearerToken"', Code.UNIT, 19),
    ('"{\\"BearerToken\\":\\"t\\"}"', Code.UNKNOWN_KIND, 30),
    ('{"BearerToken":1}', Code.TYPE, 21),
    ('{"BearerToken":null}', Code.TYPE, 24),
    ('{"BearerToken":["t"]}', Code.TYPE, 20),
    ('{"BasicHTTP":{"username":"u"}}', Code.MISSING, 34),
    ('{"BasicHTTP":{"username":null,"password":"p"}}', Code.TYPE, 34),
    ('{"BasicHTTP":{"username":"u","username":"u","password":"p"}}', Code.DUPLICATE, 44),
    ('{"BasicHTTP":["u"]}', Code.LENGTH, 23),
    ('{"BasicHTTP":["u","p","x"]}', Code.TRAILING, 28),
    ('{"BasicHTTP":["u","p",]}', Code.TRAILING_COMMA, 28),
    ('{"BasicHTTP":"u:p"}', Code.TYPE, 23),
    ('{"BasicHTTP":{"username":"u","password":"p","x":NaN}}', Code.VALUE, 54),
    ('{"BasicHTTP":{"username":"u","password":"p","x":-Infinity}}', Code.NUMBER, 55),
    ('{"BasicHTTP":{"username":"u","password":"p","x":01}}', Code.NUMBER, 55),
    ('{"S3Credentials":["a","s"]}', Code.LENGTH, 31),
    ('{"OAuth":["a",null,null,"t",null,"c"]}', Code.TYPE, 23),
    (S3 % ',"session_token":NaN', Code.VALUE, 84),
    (OAUTH % "NaN", Code.VALUE, 69),
    (OAUTH % "Infinity", Code.VALUE, 69),
    (OAUTH % "1.5", Code.TYPE, 71),
    (OAUTH % "1e10", Code.TYPE, 72),
    (OAUTH % "-0", Code.TYPE, 70),
    (OAUTH % '"1"', Code.TYPE, 71),
    (OAUTH % 2**63, Code.TOO_LARGE, 87),
    (OAUTH % 2**64, Code.TYPE, 88),
    (OAUTH % "1e400", Code.RANGE, 73),
    (OAUTH % "1e99999999999", Code.RANGE, 80),
    ('{"BearerToken":"\\ud800"}', Code.HEX_END, 28),
    ('{"BearerToken":"\\udc00"}', Code.SURROGATE, 27),
    ('{"BearerToken":"\\x"}', Code.ESCAPE, 23),
    ('{"BearerToken":"\\u12g4"}', Code.ESCAPE, 27),
    ('{"BearerToken":"\\u+123"}', Code.ESCAPE, 27),
    ('{"BearerToken":"\\ué00"}', Code.ESCAPE, 27),
    ('{"BearerToken":"a\nb"}', Code.CONTROL, 0),
    ('{"BearerToken":"t"}//', Code.OBJECT_COMMA, 25),
    ('{"BearerToken":"t",}', Code.VALUE, 23),
]
"""Values of one host that rattler refuses, why, and at which column of the file."""

WHOLE = [
    (b"", Code.EOF_VALUE, (1, 0)),
    (b" \n ", Code.EOF_VALUE, (2, 1)),
    (b"null", Code.TYPE, (1, 4)),
    (b"[]", Code.TYPE, (1, 0)),
    (b'"x"', Code.TYPE, (1, 3)),
    (b"\xef\xbb\xbf{}", Code.VALUE, (1, 1)),
    ("{}".encode("utf-16"), Code.UTF8, (1, 1)),
    (b'{"h\xff":1}', Code.UTF8, (1, 4)),
    (b"{} x", Code.TRAILING, (1, 4)),
    (b"{}\x00", Code.TRAILING, (1, 3)),
    (b"{\n/* x */}", Code.KEY, (2, 1)),
    (b'{"h":{"BearerToken":"t"},}', Code.TRAILING_COMMA, (1, 26)),
    (b'{"h":{"BearerToken":"t"}', Code.EOF_OBJECT, (1, 24)),
    (b'{,"h":{"BearerToken":"t"}}', Code.KEY, (1, 2)),
    (b'{"h":{"BearerToken":"t"} "i":{"BearerToken":"t"}}', Code.OBJECT_COMMA, (1, 26)),
    ('{"é":{"BasicHttp":1}}'.encode(), Code.UNKNOWN_KIND, (1, 18)),
]
"""Whole files that rattler refuses, why, and where."""
