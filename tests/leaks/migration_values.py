"""A value of each class of a migration that holds a secret, the canary in it."""

from __future__ import annotations

from collections.abc import Callable

from authui.model.credential import BearerToken
from authui.model.errors import ChangedMeanwhile
from authui.model.secret import Secret
from authui.services.migration.plan import (
    Copy,
    MigrationResult,
    Plan,
    PlanOutdated,
    PlanStep,
    Status,
    StepResult,
)
from authui.services.migration.turns import Turn
from authui.services.migration.winners import Winner
from authui.stores.base import Stored, StoreInfo
from tests.leaks.canary import CANARY

_TEXT = Secret(f'{{"BearerToken":"{CANARY}"}}')
_STORED = Stored(_TEXT, "1")
_INFO = StoreInfo("file", ("file",), "file", "/a", "default", encrypted=False)
_STEP = PlanStep(
    "a.example",
    "conflict",
    Copy("BearerToken"),
    Copy("BearerToken"),
    source=_STORED,
    target=_STORED,
    text=_TEXT,
    leaves=_TEXT,
)
_PLAN = Plan(_INFO, _INFO, (_STEP,))
_DONE = StepResult(_STEP, "move", Status.DONE, text=_TEXT, leaves=_TEXT)

VALUES: dict[str, Callable[[], object]] = {
    "authui.services.migration.turns.Turn": lambda: Turn(
        _STEP, _TEXT, _TEXT, written=_STORED, failure=ChangedMeanwhile("It has changed", "Look")
    ),
    "authui.services.migration.plan.PlanStep": lambda: _STEP,
    "authui.services.migration.plan.Plan": lambda: _PLAN,
    "authui.services.migration.plan.PlanOutdated": lambda: PlanOutdated(_PLAN),
    "authui.services.migration.winners.Winner": lambda: Winner(
        "a.example", "file", BearerToken(Secret(CANARY))
    ),
    "authui.services.migration.plan.StepResult": lambda: _DONE,
    "authui.services.migration.plan.MigrationResult": lambda: MigrationResult(_PLAN, (_DONE,)),
}
"""By the module and name of the class."""
