"""What the editor says, before any widget shows it. Every text is harmless to show."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.credential import Kind
from authui.model.pattern import Advice
from authui.model.pattern import shown as shown_pattern
from authui.services.catalog import StoreReport
from authui.services.change import Change
from authui.services.words import KIND_WORDS, store_words
from authui.stores.base import StoreInfo
from authui.ui.tones import Paragraph, paragraph
from authui.ui.words import shown

TAKE = "ctrl+y"
"""The key that takes what is proposed."""

_EXAMPLES = 2


def kind_label(kind: Kind) -> str:
    """A kind in the picker: "Bearer token"."""
    words = KIND_WORDS[kind]
    return words[0].upper() + words[1:]


def store_label(info: StoreInfo) -> str:
    """A store in the picker, with what makes the difference."""
    if info.encrypted is False:
        return f"{info.id} · plain text in {shown(info.location)}"
    return f"{info.id} · encrypted" if info.encrypted else info.id


def about_host(advice: Advice, *, brief: bool) -> Iterator[Paragraph]:
    """What is to be said about the pattern that is being typed."""
    if not advice.typed.strip():
        yield paragraph("prefix.dev, or *.prefix.dev for every host below it too", "quiet")
        return
    if advice.never is not None:
        yield paragraph(f"✗ Can never match: {shown(advice.never)}", "bad", hang=2)
    take = takeable(advice)
    if advice.proposal is not None:
        why = "; ".join(advice.why)
        said = f"{TAKE} takes {shown_pattern(advice.proposal)}" + (f": {why}" if why else "")
        yield paragraph(shown(said), "warning", hang=2)
    elif advice.stored_as is not None and advice.never is None:
        covers = f", for {_lower(advice.covers)}" if advice.covers else ""
        yield paragraph(f"Stored as {shown_pattern(advice.stored_as)}{covers}", "quiet", hang=2)
    yield from (paragraph(f"! {shown(one)}", "warning", hang=2) for one in advice.warnings)
    if advice.matches and not brief:
        yield Paragraph(
            (("good", "✓ "), ("quiet", shown("  ".join(advice.matches[:_EXAMPLES])))), hang=2
        )
    if advice.does_not_match and not brief:
        yield Paragraph(
            (("quiet", "· not "), ("quiet", shown("  ".join(advice.does_not_match[:_EXAMPLES])))),
            hang=6,
        )
    if advice.proposal is None and advice.suggestions:
        one = advice.suggestions[0]
        said = f"{TAKE} takes {shown_pattern(one.pattern)}: {one.why}"
        yield paragraph(shown(said), "quiet", hang=2)
    elif advice.login_key not in (None, take, advice.stored_as) and not brief:
        yield paragraph(f"pixi auth login stores it as {shown(advice.login_key or '')}", "quiet")


def takeable(advice: Advice) -> str | None:
    """The pattern that a key puts in the place of the typed one."""
    if advice.proposal is not None:
        return advice.proposal
    return advice.suggestions[0].pattern if advice.suggestions else None


def _lower(sentence: str | None) -> str:
    return "" if not sentence else sentence[0].lower() + sentence[1:]


def new_oauth(host: str) -> tuple[Paragraph, ...]:
    """How an OAuth token comes to be: nobody types one."""
    name = shown(host.strip()) or "HOST"
    return (
        paragraph("An OAuth token comes from a login in the browser, not from typing:"),
        paragraph(f"pixi auth login {name} --oauth", "good", indent=2),
        paragraph(
            "It appears here by itself once that is done. One that you have as rattler's JSON can "
            "be stored with authui set HOST --json-stdin",
            "quiet",
        ),
    )


def plaintext_question(info: StoreInfo) -> tuple[Paragraph, ...]:
    """What to know before a secret is written into a file."""
    return (
        paragraph("The credential is written as plain text into"),
        paragraph(shown(info.location), "strong", indent=2),
        Paragraph(),
        paragraph("Whoever can read that file can use it.", "warning"),
    )


def no_match_question(advice: Advice) -> tuple[Paragraph, ...]:
    """What to know before a pattern is stored that nothing ever asks for."""
    lines = [
        paragraph(f"No URL is ever looked up under {shown_pattern(advice.typed.strip())}:"),
        paragraph(shown(advice.never or ""), "warning", indent=2),
    ]
    if advice.proposal is not None:
        lines += [Paragraph(), paragraph(f"rattler asks for {shown_pattern(advice.proposal)}")]
    return tuple(lines)


def stale(*, is_gone: bool) -> tuple[Paragraph, ...]:
    """That another program changed the entry while the form was open."""
    if is_gone:
        what = "Another program has deleted this entry since you opened it"
        return (
            paragraph(f"! {what}. ctrl+l goes on, and saving adds it again", "warning", hang=2),
        )
    what = "Another program has changed this entry since you opened it"
    return (
        paragraph(
            f"! {what}: saving is refused. ctrl+l takes its version for the old one",
            "warning",
            hang=2,
        ),
    )


def saved(change: Change) -> str:
    """That a change was made, and what it means."""
    what = f"Saved {shown_pattern(change.place.host)} in {store_words(change.place.store)}"
    more = [*change.effect.sentences[:2], *change.notes]
    return "\n".join(map(shown, [what, *more]))


def target_note(report: StoreReport | None, no_keychain: str | None) -> tuple[Paragraph, ...]:
    """What the choice of a store means."""
    if report is None:
        why = f" ({shown(no_keychain)})" if no_keychain else ""
        return (paragraph(f"Choose a store: the keychain is not available{why}", "warning"),)
    if report.info.encrypted is False:
        said = f"! Plain text in {shown(report.info.location)}: asked again before it is written"
        return (paragraph(said, "warning", hang=2),)
    return ()
