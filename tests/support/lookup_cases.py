"""Random lookups for the comparison with real rattler, drawn so that every odd form appears."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

FEATURES = (
    "non-ascii host",
    "percent-encoded host",
    "full-width dot",
    "ipv4",
    "ipv6",
    "trailing dot",
    "odd port",
    "userinfo",
    "odd path",
    "odd token",
    "oauth",
    "s3",
    "broken file",
    "netrc",
    "two keychain items",
    "locked collection",
)
"""Each appears in at least one of sixteen cases: more than five in a hundred."""

LABELS = ("a", "b", "host", "repo", "prefix", "conda", "x-1", "anaconda", "a_b", "a~b", "a+b", "1")
ENDS = ("test", "example", "dev", "co.uk", "local", "org")
NON_ASCII = ("bücher.example", "xn--bcher-kva.example", "☃.test", "straße.test", "ΑΒΓ.test")
REFUSED = ("xn--a.test", "xn--zz--.test", "xn--.test", "a.xn--9.test")
OTHER_NON_ASCII = (
    "Bücher.Example",
    "ß.test",
    "a\u200db.test",
    "ﬁ.test",
    "é.com",
    "日本.test",
    "xn--n3h.test",
)
IPV4 = ("127.0.0.2", "127.0.2", "127.2", "0x7f.0.0.2", "0177.0.0.2", "2130706434", "0x7F000002")
IPV6 = ("[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]", "[2001:DB8::1]")
ODD_TOKENS = (
    "a/b", "a?b", "a#b", "a%b", "a%20b", "%2e%2e", "a^b", "a\\b", "..", "../x", "a/../b", ".", "",
    "\t", "a\tb", " a ", "a b", "é☃", "\u00a0", "'q'", '"q"', "a|b", "{}", "`", "a\nb", "\x7f", "\x01",
)  # fmt: skip
ODD_PATHS = (
    "a/../b", "../x", "%2e%2e/x", "a/%2E/b", "a//b", "//x", "c\\d", "c\\..\\d", "x^y", "x|y", "it's",
    "é", "☃/日本", "%zz", "%", "a%20b", "t/tok/c", "~u", "c;p=1", "c+d", "a@b", "a:b", '"q"', "{x}",
    "<x>", "`x`", "a b", "[x]y", "a/./b", "%5E", "%c3%a9",
)  # fmt: skip
PORTS = (":80", ":8080", ":", ":0080", ":0", ":65535", ":443", ":00000008080")
USERINFO = (
    "u:p@", "u@", "u:@", ":p@", ":@", "@", "%40:%3A@", "u%3Ax:p@", "%FF:p@", "u:%FF@", ":%FF@", "%FF@",
    "%FF:%FF@", "é:☃@", "u:p:q@", "u@v:p@", "a%20b:c%2Fd@", "%zz:p@", "u;x=1:p@", "^:^@", "u|:p@",
)  # fmt: skip
BROKEN = (
    "",
    "[]",
    "null",
    "{",
    '{"h.test":{"BasicHttp":{"username":"u","password":"p"}}}',
    '{"x":1}',
)
BUCKETS = ("my-bucket", "bucket.one", "b2")
S3_PATHS = ("chan", "chan/sub", "a//c", "a/b/c", "x%20y", "é", "a^b")
NETRC_FORMS = (
    "machine {h} login n password np\n",
    "machine {h}\n  login n\n  password np\n",
    "machine {h} password onlypw\n",
    "machine {h} login only\n",
    "machine {h}\n",
    "machine other.test login o password op\ndefault login d password dp\n",
    "default login d password dp\n",
    "# comment\nmachine {h} login n password np\n",
    "machine {h} login n password np # comment\n",
    "machine {h} login n password #p\n",
    'machine {h} login "u" password "p"\n',
    'machine {h} login u password "p q"\n',
    "machine {h} login n password np\nmachine {h} login m password mp\n",
    "machine {h} user u password p\n",
    "machine {h} login n password",
    "machine",
    "machine {h} account x login n password np\n",
    "macdef m\nsome text\n\nmachine {h} login n password np\n",
    "machine {h} login login password machine\n",
    "machine {h} login é password ☃\n",
    "\ufeffmachine {h} login n password np\n",
    "machine {h} login n login m password p\n",
    "machine {w} login w password wp\n",
    "",
)


@dataclass
class Case:
    """One lookup: the stores in files, the URL, and how token endpoints answer."""

    url: str
    auth_file: str | None = None
    fallback: str | None = None
    netrc: str | None = None
    token_answer: str | None = None
    s3: bool = False
    features: set[str] = field(default_factory=set)


class CaseMaker:
    """Draws cases; the keychain is drawn once, for all cases of a run.

    `ambiguous` and `locked` are hosts that the keychain holds twice, or in a locked collection.
    """

    def __init__(self, rng: random.Random, now: int) -> None:
        self.rng = rng
        self.now = now
        self.number = 0
        self.names = [self._name() for _ in range(12)]
        self.ambiguous = [self._name() for _ in range(3)]
        self.locked = [self._name() for _ in range(3)]
        self.twice_half_locked = self._name()

    def keychain_items(self) -> list[tuple[str, str]]:
        """Patterns and secrets of the keychain's unlocked items; ambiguous patterns come twice."""
        items = [(self._pattern(self.rng.choice(self.names)), self._secret()) for _ in range(8)]
        items += [(self._bucket_key(), self._secret(s3=0.7)) for _ in range(2)]
        unique = dict(items)
        for name in self.ambiguous:
            pattern = self.rng.choice([name, f"*.{name}"])
            unique.pop(pattern, None)
            items = [*unique.items()]
            unique[pattern] = ""
        result = [(k, v) for k, v in unique.items() if v]
        for pattern, secret in unique.items():
            if not secret:
                result += [(pattern, self._secret()), (pattern, self._secret())]
        return [*result, (self.twice_half_locked, self._secret())]

    def locked_items(self) -> list[tuple[str, str]]:
        """Patterns and secrets of the locked collection."""
        rng = self.rng
        items = [(rng.choice([name, f"*.{name}"]), self._secret()) for name in self.locked]
        return [*items, (self.twice_half_locked, self._secret())]

    def make(self) -> Case:
        """The next case; its first feature goes round, others join by chance."""
        features = {FEATURES[self.number % len(FEATURES)]}
        self.number += 1
        for feature, chance in (("odd path", 0.2), ("odd token", 0.2), ("netrc", 0.3),
                                ("userinfo", 0.06), ("odd port", 0.2), ("oauth", 0.1),
                                ("trailing dot", 0.05)):  # fmt: skip
            if self.rng.random() < chance:
                features.add(feature)
        if "s3" in features:
            features -= {"userinfo", "odd port", "trailing dot", "odd path", "netrc"}
            return self._s3_case(features)
        return self._http_case(features)

    def _http_case(self, features: set[str]) -> Case:
        rng = self.rng
        host = plain = self._host(features)
        if "percent-encoded host" in features:
            at = rng.randrange(len(host))
            encoded = "".join(f"%{byte:02X}" for byte in host[at].encode())
            host = host[:at] + encoded + host[at + 1 :]
        if "full-width dot" in features:
            host = host.replace(".", rng.choice("。．｡"), 1)
        if "trailing dot" in features and not host.endswith("]"):
            host += "."
            plain = rng.choice([plain, plain + "."])
        if not host.startswith("[") and rng.random() < 0.2:
            host = rng.choice([host.upper(), host.title()])
        user = rng.choice(USERINFO) if "userinfo" in features else ""
        port = rng.choice(PORTS) if "odd port" in features else ""
        path = rng.choice(ODD_PATHS) if "odd path" in features else rng.choice(["c", "chan/x", ""])
        case = Case(f"http://{user}{host}{port}/{path}", features=features)
        self._fill(case, plain.lower())
        return case

    def _s3_case(self, features: set[str]) -> Case:
        rng = self.rng
        bucket = rng.choice(BUCKETS)
        case = Case(f"s3://{bucket}/{rng.choice(S3_PATHS)}", s3=True, features=features)
        for attribute in ("auth_file", "fallback"):
            if rng.random() < 0.7:
                entries = {self._bucket_key(): self._credential(features, s3=0.7) for _ in range(2)}
                setattr(case, attribute, json.dumps(entries))
        self._break(case)
        return case

    def _fill(self, case: Case, host: str) -> None:
        """Give a case its files: a matching pattern more often than not, others around it."""
        rng = self.rng
        for attribute, chance in (("auth_file", 0.6), ("fallback", 0.6)):
            if rng.random() < chance or ("oauth" in case.features and attribute == "fallback"):
                entries = {}
                for _ in range(rng.randint(0, 2)):
                    entries[self._pattern(self._name())] = self._credential(case.features)
                if rng.random() < 0.6 or "oauth" in case.features:
                    entries[self._pattern(host)] = self._credential(case.features)
                setattr(case, attribute, json.dumps(entries, ensure_ascii=rng.random() < 0.5))
        if "netrc" in case.features:
            name = self._pattern(host) if rng.random() < 0.5 else host
            case.netrc = rng.choice(NETRC_FORMS).format(h=name, w=self._pattern(host))
        if "oauth" in case.features:
            case.token_answer = rng.choice(
                [
                    None,
                    None,
                    '{"access_token":"fresh","expires_in":3600}',
                    '{"access_token":"fresh","refresh_token":"rotated","expires_in":10}',
                    '{"access_token":"fresh"}',
                    '{"access_token":"fresh","refresh_token":null,"expires_in":null,"x":1}',
                    '{"access_token":"fresh","expires_in":1.5}',
                    '{"access_token":"fresh","expires_in":"60"}',
                    '{"expires_in":60}',
                    "no json",
                ]
            )
        self._break(case)

    def _break(self, case: Case) -> None:
        if "broken file" in case.features:
            setattr(case, self.rng.choice(["auth_file", "fallback"]), self.rng.choice(BROKEN))

    def _host(self, features: set[str]) -> str:
        rng = self.rng
        if "non-ascii host" in features:
            pool = rng.choice([NON_ASCII, OTHER_NON_ASCII, OTHER_NON_ASCII, REFUSED])
            return rng.choice(["", "", "repo."]) + rng.choice(pool)
        if "ipv4" in features:
            return rng.choice(IPV4)
        if "ipv6" in features:
            return rng.choice(IPV6)
        if "two keychain items" in features:
            return rng.choice(["", "", "x."]) + rng.choice(self.ambiguous)
        if "locked collection" in features:
            return rng.choice(["", "x."]) + rng.choice([*self.locked, self.twice_half_locked])
        return rng.choice(["", "", "x."]) + rng.choice([*self.names, self._name()])

    def _name(self) -> str:
        rng = self.rng
        labels = [rng.choice(LABELS) for _ in range(rng.randint(1, 3))]
        return ".".join([*labels, rng.choice(ENDS)])

    def _pattern(self, host: str) -> str:
        """A key that answers the host, or nearly does."""
        rng = self.rng
        aliases = {
            "bücher.example": "xn--bcher-kva.example",
            "☃.test": "xn--n3h.test",
            "straße.test": "xn--strae-oqa.test",
            "[0:0:0:0:0:0:0:1]": "[::1]",
            "[::ffff:127.0.0.2]": "[::ffff:7f00:2]",
            "[2001:db8::1]": "[2001:db8::1]",
        }
        if host in aliases and rng.random() < 0.7:
            host = aliases[host]
        if host in [ip.lower() for ip in IPV4] and rng.random() < 0.7:
            host = "127.0.0.2"
        parent = host.split(".", 1)[-1]
        return rng.choice(
            [host] * 5
            + [f"*.{host}"] * 3
            + [f"*.{parent}"] * 3
            + ["*." + host.rsplit(".", 1)[-1], "*.", "*", f".{parent}", host.upper(), f"{host}:8080",
               f"http://{host}", f"{host}/c", f"{host}.", f"*.{host}.", ""]
        )  # fmt: skip

    def _bucket_key(self) -> str:
        bucket = self.rng.choice(BUCKETS)
        return self.rng.choice(
            [bucket, f"s3://{bucket}", f"s3://{bucket}/chan", f"s3://{bucket}/chan/sub", "s3:",
             f"s3://{bucket}/", f"s3://{bucket}/a/", f"*.{bucket}", "s3:/", f"s3://{bucket}/a//c",
             f"s3://{bucket}/x%20y", f"s3://{bucket}/%C3%A9", f"s3://{bucket}/a^b"]
        )  # fmt: skip

    def _secret(self, s3: float = 0.05) -> str:
        return json.dumps(self._credential(set(), s3=s3))

    def _token(self, features: set[str]) -> str:
        if "odd token" in features:
            return self.rng.choice(ODD_TOKENS)
        return f"tok{self.rng.randrange(10**6)}"

    def _credential(self, features: set[str], s3: float = 0.05) -> dict[str, Any]:
        rng = self.rng
        if "oauth" in features and rng.random() < 0.8:
            return self._oauth(features)
        if rng.random() < s3:
            key = f"KEY{rng.randrange(10**6)}"
            return {
                "S3Credentials": {
                    "access_key_id": key,
                    "secret_access_key": "s",
                    "session_token": rng.choice([None, "st"]),
                }
            }
        kind = rng.choice(["BearerToken", "CondaToken", "BasicHTTP"])
        if kind == "BasicHTTP":
            username, password = rng.choice(["u", "ü", "", "a:b"]), self._token(features)
            return {kind: {"username": username, "password": password}}
        return {kind: self._token(features)}

    def _oauth(self, features: set[str]) -> dict[str, Any]:
        rng = self.rng
        # Far enough from both limits that the few seconds of a run do not matter.
        left = rng.choice([None, 3600, 360, 240, 60, -60, -3600, -self.now, -(2**63), 2**62])
        end = None if left is None else max(-(2**63), min(2**63 - 1, self.now + left))
        value: dict[str, Any] = {
            "access_token": self._token(features),
            "refresh_token": rng.choice([None, "again", "again", ""]),
            "expires_at": end,
            "token_endpoint": "http://idp.test/token",
            "revocation_endpoint": None,
            "client_id": "c",
        }
        if rng.random() < 0.3:
            value["audience"] = rng.choice([None, "aud"])
        return {"OAuth": value}
