"""What the README shows is what the program prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Here

README = Path(__file__).parents[2] / "README.md"
SAMPLES = re.findall(r"```\n\$ authui ([^\n]*)\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def test_there_are_samples() -> None:
    assert [command.split()[0] for command, _ in SAMPLES] == ["list", "test", "stores"]


@pytest.mark.parametrize(("command", "shown"), SAMPLES, ids=[c.split()[0] for c, _ in SAMPLES])
def test_samples_are_real(command: str, shown: str, here: Here) -> None:
    done = here("--demo", *command.split())
    assert (done.out, done.status) == (shown, 0)
