"""Running the rules, mending what they find, and keeping quiet about what a person has silenced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import time
from typing import Protocol

from authui.model.errors import AuthuiError, BadInput, ChangeError, OutcomeUnknown
from authui.model.text import lower_first
from authui.services.audit import (
    bucket_keys,
    bucket_requests,
    environment,
    files,
    indexes,
    keychain,
    keys,
    netrc_file,
    outside_keychain,
    project,
    surroundings,
    tokens,
)
from authui.services.audit.finding import Finding, Hands, Made
from authui.services.audit.repair import (
    Decision,
    Repaired,
    RepairPlan,
    apply_repair,
    plan_repair,
)
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.catalog import Listing
from authui.services.changes import Changes, OpenStores
from authui.stores.environment import Environment
from authui.stores.json_file import JsonFileStore
from authui.stores.patience import Patience

RULES: tuple[Rule, ...] = (
    *files.RULES,
    *keys.RULES,
    *bucket_keys.RULES,
    *bucket_requests.RULES,
    *keychain.RULES,
    *outside_keychain.RULES,
    *tokens.RULES,
    *indexes.RULES,
    *netrc_file.RULES,
    *environment.RULES,
    *surroundings.RULES,
    *project.RULES,
)
"""Every rule, by what it looks at."""

REPAIRED = frozenset({"A1", "A2", "A4"})
"""Rules whose findings are mended entry by entry: a person decides about each."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What one audit found, the worst first. `silenced` are findings the person knows of.

    `notes` are sentences about the audit itself: that it is not known what is silenced.
    """

    findings: tuple[Finding, ...]
    silenced: tuple[Finding, ...]
    listing: Listing
    notes: tuple[str, ...] = ()

    def named(self, finding_id: str) -> Finding:
        """The finding with this id, silenced or not. Raises `BadInput` where there is none."""
        for finding in (*self.findings, *self.silenced):
            if finding.id == finding_id:
                return finding
        raise BadInput(
            "There is no finding of this name", "authui audit lists them, each with its name"
        )


class Silences(Protocol):
    """Where the ids of silenced findings are kept. Each method raises `AuthuiError`."""

    def load(self) -> frozenset[str]:
        """All of them."""
        ...

    def add(self, finding_id: str) -> None:
        """Keep one more."""
        ...

    def remove(self, finding_id: str) -> None:
        """Keep it no longer."""
        ...


class Audit:
    """The audit of what a client would find here.

    `machine` is None for the sample stores. Blocking; opens no window unless a fix needs one.
    """

    def __init__(
        self,
        open_stores: OpenStores,
        machine: Environment | None,
        *,
        read_only: bool = False,
        project: str | None = None,
        silences: Silences | None = None,
    ) -> None:
        self._open_stores = open_stores
        self._machine = machine
        self._changes = Changes(open_stores, read_only=read_only)
        self._project = project
        self._silences = silences or _InMemory()

    def run(self) -> AuditReport:
        """Look at everything anew. Raises `BadInput` for a project folder that is none."""
        scene = Scene(self._open_stores(), self._machine, time(), self._project)
        found: dict[str, Finding] = {}
        for rule in RULES:
            for finding in rule.check(scene):
                _add(found, finding)
        ordered = sorted(found.values(), key=_order)
        silenced, notes = self._silenced()
        return AuditReport(
            tuple(f for f in ordered if f.id not in silenced),
            tuple(f for f in ordered if f.id in silenced),
            scene.listing,
            notes,
        )

    def _silenced(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """The ids to keep quiet about. Where they cannot be read, all is reported."""
        try:
            return self._silences.load(), ()
        except AuthuiError as error:
            hint = "" if error.hint is None else f" ({lower_first(error.hint)})"
            return frozenset(), (f"Nothing is silenced: {error.message}{hint}",)

    def must_be_allowed(self) -> None:
        """Raise `ReadOnly` in a run that changes nothing."""
        self._changes.must_be_allowed()

    def silence(self, finding: Finding) -> None:
        """Report it no longer, but count it. Raises `AuthuiError` where that cannot be kept."""
        self._changes.must_be_allowed()
        self._silences.add(finding.id)

    def unsilence(self, finding: Finding) -> None:
        """Report it again. Raises `AuthuiError` where that cannot be kept."""
        self._changes.must_be_allowed()
        self._silences.remove(finding.id)

    def mend(self, finding: Finding, patience: Patience | None = None) -> Made:
        """Do what the finding's fix says, and see that the finding is gone.

        Raises `ReadOnly`, `BadInput` where it has no fix, what the fix raises, and
        `OutcomeUnknown` where it was made and the finding is still there.
        """
        self._changes.must_be_allowed()
        if finding.fix is None:
            raise BadInput(f"{finding.id} has no fix of its own", finding.hint)
        made = finding.fix.make(Hands(self._changes, patience or Patience()))
        if any(left.id == finding.id for left in self.all()):
            raise OutcomeUnknown(
                "It was done, but the finding is still there: " + "; ".join(made),
                "Another program may have put it back; run the audit again",
            )
        return made

    def plan_repair(self, finding: Finding) -> RepairPlan:
        """What can become of each bad entry of the file that a finding is about.

        Raises `BadInput` where rattler accepts the file by now, `StoreError` where it is not read.
        """
        for store in self._open_stores().stores:
            if isinstance(store, JsonFileStore) and finding.store in store.info.names:
                return plan_repair(store)
        raise changed_since(finding)

    def repair(self, plan: RepairPlan, choices: Mapping[int, Decision]) -> Repaired:
        """Do it, as `apply_repair` does. Raises `ReadOnly` too."""
        self._changes.must_be_allowed()
        return apply_repair(plan, choices)

    def all(self) -> tuple[Finding, ...]:
        """Every finding, silenced or not."""
        report = self.run()
        return (*report.findings, *report.silenced)


class _InMemory:
    """Silences of this run only, for the sample stores."""

    def __init__(self) -> None:
        self._ids: set[str] = set()

    def load(self) -> frozenset[str]:
        return frozenset(self._ids)

    def add(self, finding_id: str) -> None:
        self._ids.add(finding_id)

    def remove(self, finding_id: str) -> None:
        self._ids.discard(finding_id)


def changed_since(finding: Finding) -> ChangeError:
    """That what the finding was about is not there any more."""
    return ChangeError(f"{finding.id} has changed since the audit", "Run the audit again")


def _add(found: dict[str, Finding], finding: Finding) -> None:
    """Keep it, with a number where hosts that differ look the same once they are masked."""
    again, number = finding, 1
    while again.id in found and found[again.id].host != finding.host:
        number += 1
        again = replace(finding, subject=f"{finding.subject or 'another'} {number}")
    found.setdefault(again.id, again)


def _order(finding: Finding) -> tuple[int, int, str]:
    """The worst first, then by rule."""
    digits = finding.rule.lstrip("A")
    return finding.severity.rank, int(digits) if digits.isdigit() else 999, finding.id
