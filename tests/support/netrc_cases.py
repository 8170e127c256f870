"""Random netrc files, of every form that one of the two netrc grammars of pixi knows."""

from __future__ import annotations

import random

HOSTS = ("h.test", "*.test", "*.h.test", "x.test", "H.test", "h.test:80")
VALUES = ("a", "é☃", "machine", "login", '"b"', '"p', "#c", "\\", "p\u200bq", "\x1f")
WORDS = ("machine", "machine", "h.test", "x.test", "login", "password", "account", "default",
         "macdef", "#c", "user", "port", '"q"', "p1", "é", "☃", "Machine", "LOGIN", "m")  # fmt: skip
SPACES = (" ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u2003", "\x85", "  ", "\r", "\n \n",
          "\x1f", "\u200b")  # fmt: skip
MACRO_BODIES = ("", "echo é☃\n", "a b\r\nc\r\n", "x\n \ny\n", "☃\n", "init\n\n\n")


def random_netrc(rng: random.Random) -> bytes:
    """A netrc file: mostly well formed, often not, now and then in another encoding."""
    text = _machines(rng) if rng.random() < 0.6 else _soup(rng)
    if rng.random() < 0.03:
        text = "\ufeff" + text
    if rng.random() < 0.1:
        text = text[: rng.randint(0, len(text))]
    if rng.random() < 0.04:
        return text.encode("latin-1", "replace")
    return text.encode()


def _machines(rng: random.Random) -> str:
    parts = []
    for _ in range(rng.randint(1, 4)):
        draw = rng.random()
        if draw < 0.2:
            start = (
                f"macdef {rng.choice(['m', 'é'])}{rng.choice([chr(10), chr(13) + chr(10), ' '])}"
            )
            end = rng.choice(["\n", "\r\n", "", " \n\n"])
            parts.append(start + rng.choice(MACRO_BODIES) + end)
        elif draw < 0.3:
            parts.append("default login d password dp\n")
        elif draw < 0.36:
            parts.append("# comment\n")
        else:
            parts.append(_machine(rng))
    return "".join(parts)


def _machine(rng: random.Random) -> str:
    fields = rng.sample(
        ["login", "password", "account", "password", "login", "user", "port"],
        rng.choice([0, 1, 2, 2, 2, 2, 3]),
        counts=[9, 9, 2, 2, 2, 1, 1],
    )
    text = f"machine {rng.choice(HOSTS)}"
    for field in fields:
        text += rng.choice([" ", " ", "\n", "\t"]) + field + " " + rng.choice(VALUES)
    return text + rng.choice(["\n", "\n", "\r\n", " ", ""])


def _soup(rng: random.Random) -> str:
    spaces = SPACES if rng.random() < 0.4 else SPACES[:3]
    return "".join(rng.choice(WORDS) + rng.choice(spaces) for _ in range(rng.randint(0, 12)))
