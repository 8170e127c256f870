"""What each tone looks like, and text in lines that hang together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from textual.content import Content

from authui.services import words

Tone: TypeAlias = words.Tone | Literal["strong"]
"""What a text is to the reader; `strong` is a heading."""

STYLES: dict[Tone, str] = {
    "plain": "",
    "strong": "bold",
    "quiet": "dim",
    "good": "$text-success",
    "warning": "$text-warning",
    "bad": "bold $text-error",
}
"""The look of each tone, in the words of Textual's styles."""


class Paragraph(NamedTuple):
    """Pieces of text that follow each other; lines after the first stand `hang` cells further in."""

    pieces: tuple[tuple[Tone, str], ...] = ()
    indent: int = 0
    hang: int = 0


def paragraph(text: str, tone: Tone = "plain", *, indent: int = 0, hang: int = 0) -> Paragraph:
    """A paragraph of one piece."""
    return Paragraph(((tone, text),), indent, hang)


def laid_out(paragraphs: Iterable[Paragraph], width: int) -> list[Content]:
    """The lines of the paragraphs at a width in cells. Text stands as it is, never as markup."""
    lines: list[Content] = []
    for pieces, indent, hang in paragraphs:
        content = Content("").join(Content.styled(text, STYLES[tone]) for tone, text in pieces)
        first = " " * indent
        rest = " " * (indent + hang)
        folded = content.wrap(max(width - indent - hang, 8)) or [Content("")]
        if hang and folded:  # the first line has the room that the others leave
            folded = _with_wider_first(content, max(width - indent, 8), hang)
        lines += [Content(first if n == 0 else rest) + line for n, line in enumerate(folded)]
    return lines


def _with_wider_first(content: Content, width: int, hang: int) -> list[Content]:
    first, *others = content.wrap(width)
    if not others:
        return [first]
    rest = content[len(first.plain) :]
    stripped = len(rest.plain) - len(rest.plain.lstrip(" "))
    return [first, *rest[stripped:].wrap(max(width - hang, 8))]
