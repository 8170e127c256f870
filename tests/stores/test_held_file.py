from __future__ import annotations

import os
from pathlib import Path

import pytest

from authui.stores import held_file


@pytest.mark.parametrize(
    "asked",
    [
        held_file.is_kept_from_reading,
        held_file.is_kept_from_replacing,
        held_file.is_marked_read_only,
    ],
)
def test_nobody_holds_a_file_on_this_system(tmp_path: Path, asked: object) -> None:
    assert callable(asked)
    path = tmp_path / "f"
    path.write_text("x")
    os.chmod(path, 0o400)
    with path.open():
        for name in (str(path), str(tmp_path / "none"), "a\0b"):
            assert asked(name) is False
