"""Random netrc files, of every form that one of the two netrc grammars of pixi knows."""

from __future__ import annotations

import random

HOSTS = ("h.test", "h.test", "h.test", "h.test", "*.h.test", "repo.h.test", "*.test", "x.test", "H.test", "h.test:80",
         "http://h.test", "bücher.test")  # fmt: skip
VALUES = ("a", "b", "é☃", "machine", "login", "default", "macdef", '"b"', '"p', "#c", "\\", "[/x]",
          "p\u200bq", "\x1f", "\0", "a:b", "\U0001f600")  # fmt: skip
WORDS = ("machine", "machine", "h.test", "x.test", "login", "password", "account", "default",
         "macdef", "#c", "user", "port", '"q"', "p1", "é", "☃", "Machine", "LOGIN", "m")  # fmt: skip
PLAIN_SPACES = (" ", "\n", "\t", "\r\n", "\n\n")
SPACES = (*PLAIN_SPACES, "\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u205f", "\u3000", "\x0b", "\x0c",
          "\x85", "\r", "\n \n")  # fmt: skip
"""White space for Rust."""
ODD_SPACES = (*SPACES, "\x1c", "\x1f", "\u180e", "\u200b", "\ufeff")
"""With what is white space for Python only, or only looks like it."""
LINES = ("init", "a b", "x", "é☃", "☃☃☃", "\U0001f600", " ", " \t", "machine h.test login m",
         "\u00a0", "x\r", "")  # fmt: skip
LINE_ENDS = ("\n", "\n", "\r\n", "\r\n", "\r", "")


def random_netrc(rng: random.Random) -> bytes:
    """A netrc file: mostly well formed, often not, now and then in another encoding."""
    text = _machines(rng) if rng.random() < 0.85 else _soup(rng)
    if rng.random() < 0.03:
        text = "\ufeff" + text
    if rng.random() < 0.1:
        text = text[: rng.randint(0, len(text))]
    data = text.encode()
    if rng.random() < 0.03:
        data = text.encode("latin-1", "replace")
    elif rng.random() < 0.02:
        data = data[: rng.randint(0, len(data))]
    return data


def _machines(rng: random.Random) -> str:
    draw = rng.random()
    spaces = ODD_SPACES if draw < 0.15 else SPACES if draw < 0.4 else PLAIN_SPACES
    parts = []
    for _ in range(rng.randint(1, 4)):
        draw = rng.random()
        if draw < 0.2:
            parts.append(_macro(rng))
        elif draw < 0.28:
            parts.append(f"default login d password dp{rng.choice(PLAIN_SPACES)}")
        elif draw < 0.3:
            parts.append("# comment\n")
        else:
            parts.append(_machine(rng, spaces))
    return "".join(parts)


def _machine(rng: random.Random, spaces: tuple[str, ...]) -> str:
    """One machine; a repeated keyword is an error, or not, by what stands before it."""
    fields = ["login", "password"]
    if rng.random() < 0.4:
        known = ["login", "password", "account"]
        fields = rng.choices(known, k=rng.choice([0, 1, 1, 2, 2, 3]))
    if rng.random() < 0.06:
        fields.insert(rng.randint(0, len(fields)), rng.choice(["user", "port"]))
    rng.shuffle(fields)
    text = f"machine{rng.choice(spaces)}{rng.choice(HOSTS)}"
    for field in fields:
        text += rng.choice(spaces) + field + rng.choice(spaces) + rng.choice(VALUES)
    return text + rng.choice(spaces)


def _macro(rng: random.Random) -> str:
    """A macro, with what netrc-rs may leave unread or swallow behind its body."""
    ends = LINE_ENDS if rng.random() < 0.2 else rng.choice([("\n",), ("\r\n",), ("\n", "\r\n")])
    text = rng.choice(["macdef m", "macdef é", "macdef\tm "]) + rng.choice(["\n", "\r\n", " ", ""])
    text += "".join(rng.choice(LINES) + rng.choice(ends) for _ in range(rng.randint(0, 4)))
    if rng.random() < 0.8:
        text += rng.choice(ends)
    return text + rng.choice(["", "", "\n\n", "x" * rng.randint(1, 6), " " * rng.randint(1, 9)])


def _soup(rng: random.Random) -> str:
    spaces = ODD_SPACES if rng.random() < 0.4 else PLAIN_SPACES
    return "".join(rng.choice(WORDS) + rng.choice(spaces) for _ in range(rng.randint(0, 12)))
