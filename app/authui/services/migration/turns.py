"""One entry on its way from one store to the other."""

from __future__ import annotations

from dataclasses import dataclass

from authui.model.errors import AuthuiError
from authui.model.secret import Secret
from authui.services.migration.plan import Choice, PlanStep
from authui.stores.base import Stored


@dataclass(slots=True)
class Turn:
    """One entry on its way. `failure` ends it, `written` is what was put into the target."""

    step: PlanStep
    text: Secret
    leaves: Secret | None
    choice: Choice | None = None
    written: Stored | None = None
    failure: AuthuiError | None = None
    done: bool = False

    @property
    def host(self) -> str:
        """The pattern that it stands under."""
        return self.step.host

    @property
    def writes(self) -> bool:
        """Whether the target has to be changed for it."""
        return self.step.target is None or self.step.target.text != self.text


def turn_of(step: PlanStep, choice: Choice) -> Turn | None:
    """The entry with what is to become of it; None where both stores keep what they hold."""
    if step.action == "conflict":
        if choice not in step.choices or choice is Choice.NEITHER:
            return None
        chosen = step.source if choice is Choice.SOURCE else step.target
        if chosen is None or chosen.text is None:
            return None
        return Turn(step, chosen.text, chosen.text if step.keeps_source else None, choice)
    if step.action in ("skip", "unknown") or step.text is None:
        return None
    return Turn(step, step.text, step.leaves)
