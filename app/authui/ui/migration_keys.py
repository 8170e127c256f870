"""The keys of the migration's screen, and which of them can do something now."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from authui.model.errors import StoreLocked
from authui.services.migration.plan import PlanStep
from authui.ui.migrating import Migrating

KEYS: Final[list[BindingType]] = [
    Binding(
        "enter,a",
        "apply",
        "Migrate",
        tooltip="Carry the plan out, after a question",
        id="migration.apply",
    ),
    Binding("space", "leave_out", "Leave out", tooltip="Leave it out", id="migration.leave-out"),
    Binding(
        "right",
        "next_choice(1)",
        "Choose",
        tooltip="Of a conflict: which one counts",
        id="migration.next",
    ),
    Binding("left", "next_choice(-1)", "The choice before", show=False, id="migration.before"),
    Binding("1", "choose(1)", "Use the first", show=False, id="migration.first"),
    Binding("2", "choose(2)", "Use the second", show=False, id="migration.second"),
    Binding("3", "choose(3)", "Leave both", show=False, id="migration.neither"),
    Binding("c", "keep", "Keep copy", tooltip="Keep the first copy too", id="migration.keep"),
    Binding(
        "C",
        "keep_all",
        "Keep all copies",
        show=False,
        tooltip="Keep the first copies of all",
        id="migration.keep-all",
    ),
    Binding("s", "source", "From", tooltip="Choose where from", id="migration.source"),
    Binding("t", "target", "To", tooltip="Choose where to", id="migration.target"),
    Binding("w", "swap", "Swap", tooltip="The other way round", id="migration.swap"),
    Binding("o", "unlock", "Unlock", tooltip="Unlock the keychain", id="migration.unlock"),
    Binding("u", "undo", "Undo", tooltip="Take the last one back", id="migration.undo"),
    Binding(
        "D",
        "leftovers",
        "Delete leftovers",
        tooltip="Delete what lies beside the file",
        id="migration.leftovers",
    ),
    Binding("r,m", "reload", "Plan again", tooltip="Make the plan anew", id="migration.reload"),
    Binding("question_mark", "help", "Help", key_display="?", id="migration.help"),
    Binding(
        "escape",
        "stop",
        "Stop",
        key_display="esc",
        tooltip="End a migration after the entry that is under way",
        id="migration.stop",
    ),
    Binding("escape", "back", "Back", key_display="esc", id="migration.back"),
    Binding("q", "back", "Back", show=False, id="migration.quit"),
]

_MOVED = ("move", "remove-duplicate", "conflict")


def offered(action: str, work: Migrating, step: PlanStep | None) -> bool | None:
    """Whether the action shows; None where it shows and cannot be taken."""
    if work.result is not None:
        return _after(action, work)
    is_undo = work.plan is not None and work.plan.is_undo
    match action:
        case "apply":
            plan = work.wanted()
            return True if plan is not None and plan.has_work else None
        case "leave_out":
            return not is_undo and (True if step and step.action in _MOVED else None)
        case "keep":
            return not is_undo and (True if step and _may_keep(work, step) else None)
        case "choose" | "next_choice":
            return step is not None and bool(step.choices)
        case "unlock":
            steps = () if work.plan is None else work.plan.steps
            is_locked = isinstance(work.failure, StoreLocked)
            return is_locked or any(one.action == "unknown" for one in steps)
        case "undo":
            return work.can_be_undone and not is_undo
        case "source" | "target" | "swap" | "keep_all":
            return not is_undo
    return action != "leftovers"


def _may_keep(work: Migrating, step: PlanStep) -> bool:
    """Whether its first copy can be kept, or is kept and need not be."""
    return step.action in (*_MOVED, "unknown") or step.host in work.draft.kept


def _after(action: str, work: Migrating) -> bool:
    """What can be done once a plan was carried out."""
    left = work.result is not None and bool(work.result.leftovers)
    return {"undo": work.can_be_undone, "leftovers": left}.get(action, action == "reload")
