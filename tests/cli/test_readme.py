"""What the README shows is what the program prints."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.support.program import LIMIT, command

README = Path(__file__).parents[2] / "README.md"
SAMPLES = re.findall(r"```\n\$ authui ([^\n]*)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
CHANGING = ("set", "rename", "remove")


def test_there_are_samples() -> None:
    assert [line.split()[0] for line, _ in SAMPLES] == [
        "list",
        "test",
        "test",
        "list",
        "stores",
        *CHANGING,
        "audit",
        "migrate",
    ]


@pytest.mark.parametrize(("line", "shown"), SAMPLES, ids=[c.split()[0] for c, _ in SAMPLES])
def test_samples_are_real(line: str, shown: str) -> None:
    words = shlex.split(line.partition(" < ")[0])
    # Of a change the messages are shown too, all but that the demo keeps nothing.
    changes = words[0] in CHANGING or "--fix" in words
    done = subprocess.run(
        command("--demo", *words),
        input=b"fake\n",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if changes else subprocess.DEVNULL,
        timeout=LIMIT,
        check=False,
    )
    said = done.stdout.decode()
    if changes:
        said = said.partition("nothing of it is kept\n")[2]
    assert (said, done.returncode) == (shown, 0)
