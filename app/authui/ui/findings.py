"""What the audit's screen says of findings, before any widget shows it.

Every text is harmless to show: printable, masked, and of a length that a screen can hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from authui.model.errors import AuthuiError, StoreState
from authui.model.text import mask_url
from authui.services.audit import auditing
from authui.services.audit.auditing import AuditReport
from authui.services.audit.finding import Finding, Severity
from authui.services.catalog import Listing
from authui.services.words import StateWords, Tone, count, store_words
from authui.stores.base import StoreInfo
from authui.ui.tones import Paragraph, paragraph
from authui.ui.widgets.folded_rows import Line
from authui.ui.words import TableWords, shown

BLANK = Paragraph()

SILENCED = "Silenced"
"""The heading of what the person does not want to be told again."""


def severity_words(severity: Severity) -> StateWords:
    """A severity with its symbol and tone."""
    match severity:
        case Severity.ERROR:
            return StateWords("Error", "bad", "✗")
        case Severity.WARNING:
            return StateWords("Warning", "warning", "!")
        case Severity.INFO:
            return StateWords("Note", "plain", "i")


def lines_of(report: AuditReport, *, with_silenced: bool) -> tuple[Line, ...]:
    """The findings under the headings of their severities, the worst first."""
    lines: list[Line] = []
    for severity, group in groupby(report.findings, key=lambda one: one.severity):
        heading = severity_words(severity)
        lines.append(Line(f"{heading.words}s", heading.tone))
        lines += [_line(one) for one in group]
    if with_silenced and report.silenced:
        lines.append(Line(SILENCED, "quiet"))
        lines += [_line(one, is_silenced=True) for one in report.silenced]
    return tuple(lines)


def _line(finding: Finding, *, is_silenced: bool = False) -> Line:
    words = severity_words(finding.severity)
    return Line(
        text=shown(finding.message),
        tone="quiet" if is_silenced else words.tone,
        symbol=words.symbol,
        where=host_of(finding),
        beside=finding.store or "",
        key=finding.id,
        is_quiet=is_silenced,
    )


def host_of(finding: Finding) -> str:
    """The host pattern a finding is about, else what tells it apart, else nothing."""
    return shown(mask_url(finding.host if finding.host is not None else finding.subject or ""))


def counts(report: AuditReport) -> tuple[tuple[Tone, str], ...]:
    """How many there are of each severity: "2 errors", "1 silenced"."""
    numbers: list[tuple[Tone, str]] = []
    for severity in Severity:
        number = sum(one.severity is severity for one in report.findings)
        words = severity_words(severity)
        if number:
            numbers.append((words.tone, count(number, words.words.lower())))
    if not numbers:
        numbers.append(("good", "nothing found"))
    if report.silenced:
        numbers.append(("quiet", f"{len(report.silenced)} silenced"))
    return tuple(numbers)


def about_finding(
    finding: Finding, report: AuditReport, *, is_silenced: bool, may_fix: bool
) -> Iterator[Paragraph]:
    """All about a finding: what happens, where, and what can be done about it."""
    words = severity_words(finding.severity)
    suffix = ", silenced" if is_silenced else ""
    yield Paragraph(((words.tone, f"{words.symbol} {words.words}"), ("quiet", suffix)))
    yield paragraph(shown(finding.message))
    mark = "· " if len(finding.details) > 1 else ""
    yield from (paragraph(mark + shown(one), hang=len(mark)) for one in finding.details)
    place = tuple(_place(finding, report.listing))
    if place:
        yield BLANK
        yield from place
    yield BLANK
    if finding.fix is not None:
        yield Paragraph((("good", "Fix  "), ("plain", shown(finding.fix.words))), hang=5)
        note = "f shows every step first" if may_fix else "authui was started with --read-only"
        yield paragraph(note, "quiet", indent=5)
    elif finding.hint is not None:
        yield Paragraph((("good", "Next  "), ("plain", shown(finding.hint))), hang=6)
    else:
        yield paragraph("authui does not mend this by itself", "quiet")
    yield BLANK
    yield paragraph(shown(finding.id), "quiet", hang=2)


def _place(finding: Finding, listing: Listing) -> Iterator[Paragraph]:
    host = None if finding.host is None else shown(mask_url(finding.host))
    if host is not None and host not in shown(finding.message):
        yield Paragraph((("quiet", "Host  "), ("plain", host)), hang=6)
    info = info_of(finding, listing)
    location = None if info is None else shown(info.location)
    if info is not None and location is not None:
        lies = f"In {store_words(info)}: "
        yield Paragraph((("plain", lies), ("quiet", location)), hang=2)
    if finding.subject is not None:
        subject = shown(mask_url(finding.subject))
        if subject not in (host, location) and subject not in shown(finding.message):
            yield Paragraph((("quiet", "About  "), ("plain", subject)), hang=7)


def info_of(finding: Finding, listing: Listing) -> StoreInfo | None:
    """What and where the store of a finding is, None where it is about no store."""
    infos = (report.info for report in listing.stores)
    return next((info for info in infos if finding.store in info.names), None)


def looked_at(listing: Listing) -> str:
    """How much an audit looked at: "4 stores with 12 entries, by 36 rules"."""
    stores, entries = count(len(listing.stores), "store"), len(listing.entries)
    return f"{stores} with {count(entries, 'entry', 'entries')}, by {count(len(auditing.RULES), 'rule')}"


def about_everything(listing: Listing) -> Iterator[Paragraph]:
    """What an audit looked at: the stores with their conditions, and what the rules look for."""
    for number, report in enumerate(sorted(listing.stores, key=lambda one: one.order), 1):
        yield Paragraph((("quiet", f"{number}  "), ("strong", report.info.id)))
        yield paragraph(shown(report.info.location), "quiet", indent=3)
        if not report.state.is_answer:
            yield paragraph(f"✗ not read: {shown(report.detail or report.state)}", "bad", indent=3)
        elif report.state is StoreState.ABSENT:
            yield paragraph("not there", indent=3)
        else:
            yield paragraph(count(report.entries, "entry", "entries"), indent=3)
    if rules := auditing.RULES:
        yield BLANK
        yield paragraph("Rules", "strong")
        wide = max(len(rule.id) for rule in rules) + 2
        for rule in rules:
            yield Paragraph(
                (("quiet", f"{rule.id:<{wide}}"), ("plain", shown(rule.title))), 0, wide
            )


def limits(report: AuditReport) -> Iterator[Paragraph]:
    """What an audit could not see: stores that were not read, and what it says about itself."""
    for one in report.listing.stores:
        if not one.state.is_answer:
            store, why = store_words(one.info), shown(one.detail or one.state)
            yield Paragraph((("warning", f"Not looked at in full: {store}  "), ("quiet", why)))
    for note in report.notes:
        yield paragraph(shown(note), "warning")


def looking(stores: int, *, again: bool) -> str:
    """That an audit is under way. `stores` is how many there are, 0 where that is not known."""
    if again:
        return "Looking again…"
    return f"Looking at {count(stores, 'store') if stores else 'the stores'}…"


def nothing_found(report: AuditReport) -> TableWords:
    """What stands in the place of the findings where there are none."""
    told = [f"Looked at {looked_at(report.listing)}"]
    if report.listing.is_partial:
        told.insert(0, "Not every store could be read: the lines at the top say why")
    if report.silenced:
        told.append(f"{count(len(report.silenced), 'finding')} silenced: X shows what")
    return TableWords("Nothing found", "\n".join(told))


def refused(error: AuthuiError) -> TableWords:
    """What stands in the place of the findings where none could be looked for."""
    return TableWords(shown(error.message), shown(error.hint or "Press r to look again"))


AUDIT_WORDS: tuple[tuple[str, str], ...] = (
    ("✗ error", "Stops rattler-based tools, or shows a secret to others"),
    ("! warning", "A credential that is not used, or that is less safe than it could be"),
    ("i note", "Worth knowing"),
    ("silenced", "Known, and not reported again: X shows it, and takes it back there"),
    ("fix", "What authui can do about it; nothing is done before you have seen every step"),
)
"""The words of this screen, for its help."""
