"""What to know before a migration: who will not find the credentials any more, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from authui.model.entry import Entry, EntryState
from authui.model.text import upper_first
from authui.services.catalog import Listing
from authui.services.migration.plan import PlanStep
from authui.services.migration.reach_words import which_versions_do_not, who_reaches_it
from authui.services.tool_limits import finds_nothing_in_keychain
from authui.services.words import store_words
from authui.stores.base import StoreInfo
from authui.stores.read_file import is_for_others
from authui.stores.tools import Tool


def plan_notes(
    listing: Listing,
    source: StoreInfo,
    target: StoreInfo,
    steps: Sequence[PlanStep],
    tools: Sequence[Tool],
) -> tuple[str, ...]:
    """Sentences about the move as a whole."""
    if not any(step.action != "skip" for step in steps):
        return ()
    return (
        *_who_finds_it(source, target, tools),
        *_what_stays(listing, source, target, steps),
        *_what_is_not_known(listing, source, target),
    )


def entry_warnings(entry: Entry) -> tuple[str, ...]:
    """Sentences about the move of one entry."""
    if entry.state is EntryState.NEVER_MATCHES and entry.detail is not None:
        return (entry.detail,)
    return ()


def _who_finds_it(source: StoreInfo, target: StoreInfo, tools: Sequence[Tool]) -> Iterator[str]:
    if target.id != "keychain":
        yield f"{target.location} is plain text: whoever can read the file has the secrets"
        return
    if target.encrypted is False:
        yield "The keychain keeps its secrets in clear text, so they are not safer there"
    yield who_reaches_it()
    if is_for_others(source.location):
        yield f"Other users may read {source.location}: they will not find the credentials there"
    if source.id == "auth-file":
        yield (
            "rattler-build upload reads no keychain: with RATTLER_AUTH_FILE it knows this file only"
        )
    yield from (said for tool in tools if (said := finds_nothing_in_keychain(tool)) is not None)
    yield which_versions_do_not()


def _what_stays(
    listing: Listing, source: StoreInfo, target: StoreInfo, steps: Sequence[PlanStep]
) -> Iterator[str]:
    if not any(step.keeps_source and step.action != "skip" for step in steps):
        return
    order = {report.info.id: report.order for report in listing.stores}
    if order[source.id] < order[target.id]:
        yield (
            f"{upper_first(store_words(source))} is asked before {store_words(target)}: the copies "
            "that stay there are the ones that are used"
        )
    elif source.encrypted is False:
        yield f"The copies that stay in {source.location} stay plain text"


def _what_is_not_known(listing: Listing, source: StoreInfo, target: StoreInfo) -> Iterator[str]:
    for report in listing.stores:
        if not report.state.is_answer and report.info.id not in (source.id, target.id):
            why = report.detail or report.state
            yield f"What {store_words(report.info)} answers is not known: {why}"
