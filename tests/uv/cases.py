"""Random index URLs with all that uv may look into, drawn so that each form appears often."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from authui.stores.pixi_config import KeyringProvider
from tests.support.lookup_cases import USERINFO

Login: TypeAlias = tuple[str, str | None, str | None]

HOSTS = (
    ("h.example", "h.example"),
    ("H.Example", "h.example"),
    ("a.b.example", "a.b.example"),
    ("127.0.0.1", "127.0.0.1"),
    ("0x7f.1", "127.0.0.1"),
    ("localhost", "localhost"),
    ("[::1]", "[::1]"),
    ("bücher.example", "xn--bcher-kva.example"),
    ("h.example.", "h.example."),
    ("huggingface.co", "huggingface.co"),
)
"""A host as it is written, and as it is asked for."""

PATHS = (
    "", "/", "/simple", "/simple/", "/a/simple", "/a/+simple/", "/Simple", "/simple//", "/x//", "//",
    "/a%20b/simple", "/a b", "/%7Eu/simple", "/a^b", "/ü/simple/", "/a/../simple", "/simple/%2e",
    "/simple?x=1", "/simple/?a=b&c", "/x#f", "/simple/#f", "/t/tok/simple", "/it's", "/a|b", "/%zz",
)  # fmt: skip

PLAIN_USERS = ("", "", "", "bob@", "bob@", "bob@", "bob:@", "bob:pw@", "alice@", "-bob@")

NETRCS = (
    "machine {host} login bob password np",
    "machine {host} login bob password np\n",
    "machine {host} login carol password np",
    "machine {host} password np",
    "machine {host} login bob",
    "machine {host}",
    'machine {host} login "bob" password "n p"',
    "# a comment\nmachine {host} login bob password np",
    "machine {host} login bob password n\\ p",
    "machine other.example login bob password op\ndefault login bob password dp",
    "default login dora password dp",
    "machine {host} login bob password np\ndefault login dora password dp",
    "machine {host} login x password y\nmachine {host} login bob password np",
    "machine {host}:8080 login bob password np",
    "machine *.example login bob password np",
    "machine {host} user bob password pé",
    "machine {host} login bob password np nonsense",
    "machine default login bob password dp",
    "",
)

LOGINS: tuple[tuple[Login, ...], ...] = (
    (("{page}", "bob", "fp"),),
    (("{origin}", "bob", "fp"),),
    (("{origin}/", "bob", "fp"),),
    (("{origin}/simple", "bob", "fp"),),
    (("{page}", "carol", "fp"),),
    (("{page}", "bob", "fp"), ("{origin}", "bob", "other")),
    (("{page}", "bob", "fp"), ("{page}", "carol", "other")),
    (("{page}", "bob", "one"), ("{page}", "bob", "two")),
    (("{origin}", "bob", "one"), ("{origin}/", "carol", "two")),
    (("{page}", "bob", None),),
    (("{page}", "bob", ""),),
    (("{page}", None, "token"),),
    (("https://other.example/", "bob", "fp"),),
    (("{origin}/sim", "bob", "fp"),),
    (("{scheme}://u:p@{authority}/", "bob", "fp"),),
)
"""Services with a user and a password; without a user, a token."""

BROKEN_LOGINS = (
    "",
    "[[credential]]\nservice = 'not a url'\nusername = 'bob'\npassword = 'fp'\n",
    "[[credential]]\nservice = '{page}'\nusername = 'bob'\nscheme = 'Basic'\npassword = 'fp'\n",
    "[[credential]]\nservice = '{page}'\nusername = ''\npassword = 'fp'\n",
    "[[credential]]\nservice = '{page}'\npassword = 'fp'\n",
    "[[credential]]\nusername = 'bob'\npassword = 'fp'\n",
    "[[credential]]\nservice = '{page}'\nusername = 'bob'\npassword = 1\n",
    "[[credential]]\nservice = '{page}'\nscheme = 'bearer'\nusername = 'bob'\ntoken = 't'\n",
    "[[credential]]\nservice = '{page}'\nscheme = 'bearer'\nusername = ''\ntoken = 't'\n",
    "[[credential]]\nservice = '{page}'\nusername = 'bob'\npassword = 'fp'\nnew = 1\n",
    "[[credential]]\nservice = '{page}'\nusername = 'bob'\ntoken = 'fp'\n",
    "credential = 1\n",
    "credential = []\n",
    "[[credential]\n",
)

ANSWERS = (
    "kp\\n", "kp", "", "\\n", "  k p \\n\\n", "k\\0303\\0251\\n", "\\0377\\n", "kp\\0302\\0240",
    "kp\\034\\n", "two\\nlines\\n",
)  # fmt: skip
"""What the keyring writes, with escapes as `printf` reads them."""


@dataclass(frozen=True)
class Case:
    """One index and everything around it. `answers` is which of the keyring's services it knows."""

    number: int
    url: str
    scheme: str
    host: str
    netrc: str | None
    logins: str | None
    login_place: str
    provider: KeyringProvider
    answers: int | None
    answer: str
    status: int
    refusal: int
    is_accepting: bool
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """A name that no other case wants: nothing that was kept can answer for it."""
        return f"pkg{self.number}"


def cases(seed: int, numbers: Iterable[int]) -> list[Case]:
    """Those with these numbers, the same for the same seed."""
    rng = random.Random(seed)
    return [_case(rng, number) for number in numbers]


def _case(rng: random.Random, number: int) -> Case:
    """One of four sorts by turns: of anything, of a netrc, of uv's own file, of the keyring."""
    turn, sort = divmod(number, 4)
    scheme = rng.choice(("http", "http", "https"))
    written, host = rng.choice(HOSTS)
    if number % 20 == 0:
        scheme, written, host = "https", "huggingface.co", "huggingface.co"
    if host == "[::1]":
        scheme = "http"  # by TLS through a proxy, uv's own client fails with an address in brackets
    port = rng.choice(("", "", ":8080", ":80", ":443", ":"))
    if host == "huggingface.co" and rng.random() < 0.5:
        port = ""
    usual = {"http": ":80", "https": ":443"}[scheme]
    authority = host + ("" if port in (usual, ":") else port)
    path = rng.choice(PATHS)
    userinfo = rng.choice(USERINFO) if rng.random() < 0.5 else rng.choice(PLAIN_USERS)
    variables: dict[str, str] = {}
    if host == "huggingface.co" and rng.random() < 0.8:
        variables["HF_TOKEN"] = rng.choice(("hft", "hft", ""))
        if rng.random() < 0.3:
            variables["UV_NO_HF_TOKEN"] = ""
    words = {
        "host": host,
        "scheme": scheme,
        "authority": authority,
        "origin": f"{scheme}://{authority}",
        "page": f"{scheme}://{authority}{path.partition('?')[0].partition('#')[0]}",
    }
    netrc = rng.choice((None, None, *NETRCS)) if sort == 0 else None
    logins = _drawn_logins(rng) if sort == 0 else None
    provider: KeyringProvider = rng.choice(("subprocess", "subprocess", "disabled"))
    if sort == 1:
        netrc = NETRCS[turn % len(NETRCS)]
        userinfo = rng.choice(("", "", "bob@", "bob:@", "dora@"))
    elif sort == 2:
        logins = (*(_logins(each) for each in LOGINS), *BROKEN_LOGINS)[turn % 29]
        userinfo = ("", "bob@")[turn // 29 % 2]
    elif sort == 3:
        userinfo, provider = rng.choice(("bob@", "bob:@", "b%20b@", "-bob@")), "subprocess"
    return Case(
        number=number,
        url=f"{scheme}://{userinfo}{written}{port}{path}",
        scheme=scheme,
        host=host,
        netrc=None if netrc is None else _filled(netrc, words),
        logins=None if logins is None else _filled(logins, words),
        login_place=rng.choice(("variable", "data", "home")),
        provider=provider,
        answers=rng.choice((None, 0, 1, 2)),
        answer=ANSWERS[turn % len(ANSWERS)],
        status=rng.choice((1, 1, 2, 77)),
        refusal=rng.choice((401, 401, 403, 404)),
        is_accepting=rng.random() < 0.3,
        variables=variables,
    )


def _drawn_logins(rng: random.Random) -> str | None:
    chance = rng.random()
    if chance < 0.5:
        return None
    return rng.choice(BROKEN_LOGINS) if chance < 0.7 else _logins(rng.choice(LOGINS))


def _logins(entries: Sequence[Login]) -> str:
    texts = []
    for service, username, password in entries:
        lines = ["[[credential]]", f'service = "{service}"']
        if username is None:
            lines += ['scheme = "bearer"', f'token = "{password}"']
        else:
            lines += [f'username = "{username}"']
            lines += [] if password is None else [f'password = "{password}"']
        texts.append("\n".join(lines))
    return "\n".join(texts)


def _filled(text: str, words: dict[str, str]) -> str:
    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return text
