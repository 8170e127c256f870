"""What the answer to a URL means for each entry: which one is used, and why the others are not."""

from __future__ import annotations

from authui.model.entry import Entry, EntryState, Outcome
from authui.model.lookup import LookupResult
from authui.services.words import StateWords, is_sent

_OWN_WORDS = (EntryState.AMBIGUOUS, EntryState.LOCKED, EntryState.UNREADABLE)


class Marks:
    """The marks that one lookup puts on the entries of the listing."""

    def __init__(self, result: LookupResult) -> None:
        self._result = result
        self._outcomes = {(step.host, step.store): step.outcome for step in result.steps}
        self._keys = frozenset(result.keys)

    def is_match(self, entry: Entry) -> bool:
        """Whether the lookup ended at this entry."""
        match = self._result.match
        return match is not None and (match.host, match.store) == (entry.host, entry.store)

    def concerns(self, entry: Entry) -> bool:
        """Whether the URL could be looked up under the entry's pattern."""
        return entry.host in self._keys

    def words(self, entry: Entry, state: StateWords) -> StateWords:
        """What becomes of an entry, `state` being what it is worth without a URL."""
        if self.is_match(entry):
            return self._of_match()
        if entry.host is None:
            return state
        if not self._keys:
            return StateWords("not asked", "quiet", "·")
        if not self.concerns(entry):
            never = entry.state is EntryState.NEVER_MATCHES
            return StateWords("never matches" if never else "other host", "quiet", "·")
        outcome = self._outcomes.get((entry.host, entry.store))
        match = self._result.match
        if match is not None and outcome is Outcome.SKIPPED:
            return StateWords(f"loses to {match.store}", "quiet", "○")
        if match is not None and outcome is None:
            return StateWords("less specific", "quiet", "○")
        if entry.state in _OWN_WORDS:
            return state
        return StateWords("not found", "warning", "✗")

    def _of_match(self) -> StateWords:
        if self._result.failure is not None:
            return StateWords("stops the request", "bad", "✗")
        if self._result.is_unread:
            return StateWords("found, not read", "warning", "?")
        if is_sent(self._result):
            return StateWords("used", "good", "✓")
        return StateWords("found, not sent", "warning", "○")
