"""The kept pictures show what the program shows."""

from __future__ import annotations

import pytest

from tests.pictures import FOLDER, Picture, drawn, pictures


@pytest.mark.parametrize("picture", list(pictures()), ids=lambda picture: picture.name)
async def test_a_picture_is_what_the_screen_is_now(picture: Picture) -> None:
    kept = FOLDER / f"{picture.name}.svg"
    assert kept.read_text(encoding="utf-8") == await drawn(picture), "make screenshots draws anew"
    assert kept.with_suffix(".png").stat().st_size > 10_000
