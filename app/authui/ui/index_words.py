"""What is stored for PyPI indexes, as lines of a list and paragraphs of a pane."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.pypi import PypiEntry, PypiListing, PypiStoreReport
from authui.model.text import mask_url
from authui.services.words import Tone, count
from authui.ui.detail import BLANK
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.folded_rows import Line
from authui.ui.words import shown

WORDS: dict[str, tuple[Tone, str]] = {
    "active": ("good", "●"),
    "shadowed": ("quiet", "○"),
    "locked": ("warning", "○"),
    "unreadable": ("bad", "✗"),
}


def key_of(entry: PypiEntry) -> str:
    """The same entry has the same key in every listing. It is shown nowhere."""
    return "\0".join((entry.store, entry.service, entry.username or "", entry.item or ""))


def index_of(entry: PypiEntry) -> str:
    """The index URL or host of an entry, harmless to show."""
    return shown(mask_url(entry.service))


def lines_of(listing: PypiListing) -> tuple[Line, ...]:
    """The entries under the headings of their stores, in the order in which uv asks."""
    lines: list[Line] = []
    for report in listing.stores:
        mine = [entry for entry in listing.entries if entry.store == report.id]
        tone: Tone = "plain" if report.state.is_answer else "warning"
        lines.append(Line(f"{shown(report.name)}: {_holds(report, len(mine))}", tone))
        lines += [_line(entry) for entry in mine]
    return tuple(lines)


def _holds(report: PypiStoreReport, entries: int) -> str:
    if report.failure is not None:
        return shown(report.failure.message)
    if not entries:
        return "nothing for PyPI"
    return count(entries, "entry", "entries")


def _line(entry: PypiEntry) -> Line:
    tone, symbol = WORDS[entry.state]
    user = "no user name" if entry.username is None else shown(entry.username)
    return Line(
        text=index_of(entry),
        tone=tone,
        symbol=symbol,
        where=user,
        beside=entry.state,
        key=key_of(entry),
        is_quiet=entry.state == "shadowed",
    )


def about_index(entry: PypiEntry, listing: PypiListing) -> Iterator[Paragraph]:
    """What an entry is, where it lies, and when pixi uses it."""
    tone, symbol = WORDS[entry.state]
    yield Paragraph(((tone, f"{symbol} "), ("strong", entry.state)))
    if entry.username is not None:
        yield Paragraph((("quiet", "User name  "), ("plain", shown(entry.username))), hang=11)
    report = next(one for one in listing.stores if one.id == entry.store)
    yield Paragraph(
        (("plain", f"In {shown(report.name)}: "), ("quiet", shown(report.location))), hang=2
    )
    if report.encrypted is False:
        yield paragraph("In plain text: whoever can read the file can use it", "warning", hang=2)
    if not report.writable:
        yield paragraph("authui does not change it", "quiet", hang=2)
    if entry.detail is not None:
        yield BLANK
        yield paragraph(shown(entry.detail), "warning" if entry.state != "active" else "plain")
    if entry.state == "locked":
        yield paragraph("Unlock the keychain on the first screen (o)", hang=2)
    yield BLANK
    yield paragraph("Press t to see what pixi sends to it", "quiet")


def about_stores(listing: PypiListing) -> Iterator[Paragraph]:
    """Where uv looks, in its order, and what should be known about all of it."""
    yield paragraph("pixi first asks rattler's own stores, then uv asks these", "quiet")
    for report in listing.stores:
        yield BLANK
        yield paragraph(shown(report.name), "strong")
        yield paragraph(shown(report.location), "quiet", indent=2)
        if report.failure is not None:
            yield paragraph(shown(report.failure.message), "warning", indent=2)
            if report.failure.hint is not None:
                yield paragraph(shown(report.failure.hint), indent=2)
        elif not report.is_enumerated:
            yield paragraph(
                "It cannot be listed: it was asked for the indexes that are known", indent=2
            )
    for note in listing.notes:
        yield BLANK
        yield paragraph(shown(note))


def counts(listing: PypiListing) -> tuple[tuple[Tone, str], ...]:
    """How many entries there are, and how many lie in plain text."""
    clear = {report.id for report in listing.stores if report.encrypted is False}
    plain = sum(entry.store in clear for entry in listing.entries)
    numbers: list[tuple[Tone, str]] = [
        ("plain", count(len(listing.entries), "entry", "entries")),
    ]
    if plain:
        numbers.append(("warning", f"{plain} in plaintext"))
    unread = sum(not report.state.is_answer for report in listing.stores)
    if unread:
        numbers.append(("bad", f"{count(unread, 'store')} not read"))
    return tuple(numbers)
