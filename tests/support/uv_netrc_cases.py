"""Random netrc files with what uv's grammar knows beyond rattler's: comments, quotes, escapes."""

from __future__ import annotations

import random

STARTS = ("machine 127.0.0.1", "machine h.test", "machine h.test", "default", 'machine "h.test"',
          'machine "127.0.0.1"', "macdef m\nx\n\n")  # fmt: skip
FIELDS = ("login", "password", "user", "account")
VALUES = ("a", 'b"c', '"d e"', "f\\ g", "é", "#h", '""', '\\"')
BREAKS = (" ", "\n", "\n", "\n\n", " # comment x\n", "\n# foo bar\n", "\n\n# foo\n", "\r\n", " #\n")
WORDS = ("machine", "machine", "machine", "127.0.0.1", "127.0.0.1", "login", "login", "password",
         "password", "user", "account", "default", "macdef", "#", "#c", '"u"', '"a b"', "p\\ q", "x",
         "y", '""', '"q\\"', "\\#", '"m ')  # fmt: skip


def random_uv_netrc(rng: random.Random) -> str:
    """A netrc file, often one that uv refuses."""
    if rng.random() < 0.3:
        return "".join(
            rng.choice(WORDS) + rng.choice([" ", "\n", "\n\n", " ", "\t"])
            for _ in range(rng.randint(1, 12))
        )
    text = ""
    for _ in range(rng.randint(1, 4)):
        text += rng.choice(["", "", "", "# c d\n", "#cd\n"]) + rng.choice(STARTS)
        text += rng.choice([" ", "\n", "\n\n", "\t", "\r\n"])
        for _ in range(rng.randint(0, 3)):
            text += f"{rng.choice(FIELDS)} {rng.choice(VALUES)}{rng.choice(BREAKS)}"
    return text
