"""The first line of a screen: what it is on the left, numbers on the right."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from authui.ui.tones import STYLES, Tone

GAP = "  "
NAME = Content.styled("authui", "bold $primary")


def titled(name: str) -> Content:
    """The left side: the program, and which of its screens this is."""
    return NAME + Content(f"{GAP}{name}")


def title_line(
    left: Content, numbers: Sequence[tuple[Tone, str]], width: int, *, gives_way: int = -1
) -> Content:
    """Both sides in a line of `width` cells, with as many numbers as have room, at least one.

    `gives_way` is the place of the one that goes first: the last, or the first with 0.
    """
    parts = [Content.styled(text, STYLES[tone]) for tone, text in numbers]
    right = Content(GAP).join(parts)
    while len(parts) > 1 and left.cell_length + len(GAP) + right.cell_length > width:
        parts.pop(gives_way)
        right = Content(GAP).join(parts)
    return left + right.pad_left(max(width - left.cell_length - right.cell_length, 1))
