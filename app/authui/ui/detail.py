"""What the pane says: all about an entry, the steps of a lookup, or the stores.

Every text is harmless to show: printable and masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby

from authui.model.entry import Entry, EntryState, Outcome, StoreId
from authui.model.errors import StoreState
from authui.model.lookup import LookupResult, Step
from authui.model.text import mask_url, upper_first
from authui.services.asking import is_unread, will_ask
from authui.services.catalog import StoreReport
from authui.services.words import (
    KIND_WORDS,
    count,
    host_words,
    kind_or_none,
    state_words,
    step_words,
    store_words,
    time_left,
)
from authui.ui.session import Snapshot
from authui.ui.tones import Paragraph, Tone, paragraph
from authui.ui.words import problem_of, shown, state_cell

BLANK = Paragraph()


def about_entry(entry: Entry, snapshot: Snapshot, now: float) -> Iterator[Paragraph]:
    """What an entry is and where it lies, what it answers, and what stands in its way.

    `now` is in seconds since 1970.
    """
    info = snapshot.infos[entry.store]
    unsure = snapshot.pending_before(entry.store)
    state = state_cell(entry, info, may_be_shadowed=unsure)
    words = state.words if unsure else state_words(entry, info).words
    yield Paragraph(((state.tone, f"{state.symbol} "), ("strong", words)))
    kind = f"kind {kind_or_none(entry)}" if entry.kind is None else KIND_WORDS[entry.kind]
    yield paragraph(kind[0].upper() + kind[1:])
    if is_unread(entry):
        yield paragraph(f"{shown(will_ask(info))}. Press x to read it", hang=2)
    if entry.username is not None:
        yield Paragraph((("quiet", "User name  "), ("plain", shown(entry.username))), hang=11)
    if entry.expires_at is not None:
        tone, text = time_left(entry.expires_at, now)
        yield paragraph(text, tone)
    yield from _place(entry, snapshot)
    if entry.detail is not None:
        yield BLANK
        yield paragraph(shown(entry.detail), "warning")
    yield from _next_step(entry)
    yield from _items(entry)
    yield from _reach(entry, snapshot)


def _place(entry: Entry, snapshot: Snapshot) -> Iterator[Paragraph]:
    info = snapshot.infos[entry.store]
    lies = f"In {store_words(info)}"
    yield Paragraph((("plain", f"{lies}: "), ("quiet", shown(info.location))), hang=2)
    if info.origin != "default":
        yield paragraph(f"Put there by {shown(info.origin)}", "quiet", hang=2)
    if info.encrypted is False:
        yield paragraph("In plain text: whoever can read the file can use it", "warning", hang=2)
    if info.read_only:
        yield paragraph("authui leaves this file as it is: edit it yourself", "quiet", hang=2)


def _next_step(entry: Entry) -> Iterator[Paragraph]:
    match entry.state:
        case EntryState.AMBIGUOUS:
            yield paragraph("Press r to see them side by side and keep one", hang=2)
        case EntryState.LOCKED:
            yield paragraph("Press o to unlock the keychain", hang=2)
        case EntryState.UNREADABLE:
            yield paragraph("Delete it, or edit it to store a credential in its place")
        case EntryState.SHADOWED if entry.shadowed_by is not None:
            yield BLANK
            yield paragraph(
                f"{upper_first(store_words(entry.shadowed_by))} holds the same pattern and is "
                "asked first: this one is never sent",
            )
        case _:
            return


def _items(entry: Entry) -> Iterator[Paragraph]:
    for number, item in enumerate(entry.items, 1):
        yield BLANK
        yield paragraph(f"Item {number}: {shown(item.label)}", "strong", hang=2)
        writer = f", written by {shown(item.written_by)}" if item.written_by else ""
        yield paragraph(f"in {shown(item.collection)}{writer}", indent=2)
        if item.modified is not None:
            day = datetime.fromtimestamp(item.modified, UTC).strftime("%Y-%m-%d %H:%M UTC")
            yield paragraph(f"changed {day}", "quiet", indent=2)


def _reach(entry: Entry, snapshot: Snapshot) -> Iterator[Paragraph]:
    if snapshot.listing.blocked_by:
        yield BLANK
        name = store_words(snapshot.listing.blocked_by[0])
        yield paragraph(f"Nothing is sent as long as rattler stops at {name}", "bad")
        return
    reach = snapshot.holdings.reach(entry)
    answered = [example for example in reach.examples if example.is_answered]
    others = [example for example in reach.examples if not example.is_answered]
    if answered:
        yield BLANK
        yield paragraph("Answers, for example", "strong")
    for example in answered:
        yield Paragraph((("good", "✓ "), ("plain", shown(example.url))), hang=2)
    if others:
        yield BLANK
        yield paragraph("Does not answer" if answered else "Answers nothing", "strong")
    for example in others:
        yield Paragraph((("quiet", "· "), ("plain", shown(example.url))), hang=2)
        yield paragraph(shown(example.why or ""), "quiet", indent=2)
    if reach.more_exceptions:
        number = count(reach.more_exceptions, "more host", "more hosts")
        yield paragraph(f"and {number} with an entry of its own", "quiet", indent=2)


def title_of(entry: Entry) -> str:
    """The title of the pane that tells about an entry."""
    return shown(host_words(entry))


def about_lookup(result: LookupResult, *, brief: bool) -> Iterator[Paragraph]:
    """Every key that was tried, in every store.

    `brief` folds the keys that no store holds into a line each.
    """
    if not result.steps:
        yield paragraph(result.reason if result.failure is None else "No store was asked", "quiet")
    width = max((len(step.store) for step in result.steps), default=0)
    said: set[tuple[StoreId, str]] = set()
    for host, group in groupby(result.steps, key=lambda step: step.host):
        steps = list(group)
        if brief and all(step.outcome is Outcome.MISS for step in steps):
            number = count(len(steps), "store")
            words = "not there" if len(steps) == 1 else f"in none of {number}"
            yield Paragraph((("plain", f"{shown(mask_url(host))}  "), ("quiet", words)), hang=2)
            continue
        yield paragraph(shown(mask_url(host)), "strong", hang=2)
        missing = [step.store for step in steps if step.outcome is Outcome.MISS]
        if brief and missing:
            yield paragraph(f"not in {', '.join(missing)}", "quiet", indent=2)
        for step in steps:
            if not brief or step.outcome is not Outcome.MISS:
                yield _step(step, width, said)
    request = result.request
    if request is not None and request.masked_url not in (None, result.url):
        yield BLANK
        yield paragraph("Goes out as", "strong")
        yield paragraph(shown(request.masked_url or ""), indent=2)
    for note in result.notes:
        yield BLANK
        yield paragraph(shown(note), "quiet")


def _step(step: Step, width: int, said: set[tuple[StoreId, str]]) -> Paragraph:
    words = step_words(step)
    text = words.words
    # What a store says of itself is said once, not at each key.
    if step.detail is not None and (step.store, step.detail) not in said:
        said.add((step.store, step.detail))
        text += f": {shown(step.detail)}"
    name = f"{step.store:<{width}}  "
    tone: Tone = "plain" if words.tone == "good" else "quiet"
    return Paragraph(
        ((tone, name), (words.tone, f"{words.symbol} {text}")), indent=2, hang=len(name) + 2
    )


def about_stores(snapshot: Snapshot) -> Iterator[Paragraph]:
    """Where the client looks, in its order, and what is there."""
    reports = {report.info.id: report for report in snapshot.listing.stores}
    yield paragraph(f"{snapshot.client} asks these stores, in this order", "quiet")
    for number, name in enumerate(snapshot.order, 1):
        yield BLANK
        report = reports.get(name)
        yield Paragraph((("quiet", f"{number}  "), ("strong", name)))
        if report is None:
            yield paragraph("reading…", "quiet", indent=3)
        else:
            yield from _store(report)


def _store(report: StoreReport) -> Iterator[Paragraph]:
    info = report.info
    yield paragraph(shown(info.location), "quiet", indent=3)
    if info.origin != "default":
        yield paragraph(f"named by {shown(info.origin)}", "quiet", indent=3)
    problem = problem_of(report)
    if problem is not None:
        yield Paragraph(((problem.tone, problem.word),), indent=3)
        yield paragraph(problem.sentence, indent=3)
    elif report.state.is_answer and not report.entries:
        absent = report.state is StoreState.ABSENT
        yield paragraph("not there" if absent else "empty", indent=3)
    else:
        yield paragraph(count(report.entries, "entry", "entries"), indent=3)
