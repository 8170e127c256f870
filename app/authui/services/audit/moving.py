"""Credentials that lie in plain text although the keychain works, and their way into it."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.errors import AuthuiError, ChangeError, StoreState
from authui.model.text import printable
from authui.services.audit.finding import Finding, Fix, Hands, Made, Severity
from authui.services.audit.scene import CredentialsFile, Scene
from authui.services.migration.migration import Migration
from authui.services.migration.plan import Plan, Status
from authui.services.migration.planning import Wanted, make_plan
from authui.services.words import count

_SIMPLE = ("move", "remove-duplicate")


def check(scene: Scene) -> Iterator[Finding]:
    """Each file that holds something while there is a keychain that encrypts."""
    keychain = scene.report("keychain")
    if scene.environment is None or keychain is None or keychain.state is not StoreState.OK:
        return
    if keychain.info.encrypted is False:
        return
    for file in scene.files:
        if file.entries:
            number = len({entry.host for entry in file.entries})
            lie = "lies" if number == 1 else "lie"
            plan = _plan(scene, file)
            yield Finding(
                "A9",
                Severity.WARNING,
                f"{count(number, 'credential')} {lie} in plain text in {printable(file.path)}, "
                "although the keychain works",
                store=file.info.id,
                fix=None if plan is None else _fix(file, plan),
                hint=f"authui migrate --from {file.info.id} shows how they can move there, and so "
                "does m on the screen",
            )


def _plan(scene: Scene, file: CredentialsFile) -> Plan | None:
    """The plan, where it leaves no question open."""
    try:
        plan = make_plan(scene.discovery, Wanted(file.info.id, "keychain"))
    except AuthuiError:
        return None
    return plan if all(step.action in _SIMPLE for step in plan.steps) else None


def _fix(file: CredentialsFile, plan: Plan) -> Fix:
    number = len(plan.steps)
    preview = (
        f"{count(number, 'credential')} of {printable(file.path)} are copied into the keychain, "
        "looked at over another connection, and only then taken out of the file"
        if number > 1
        else f"The credential of {printable(file.path)} is copied into the keychain, looked at "
        "over another connection, and only then taken out of the file",
        *plan.notes,
        f"authui migrate --from keychain --to {file.info.id} brings them back",
    )

    def move(hands: Hands) -> Made:
        migration = Migration(hands.changes.open_stores)
        result = migration.apply(migration.plan(file.info.id), patience=hands.patience)
        done = result.counts[Status.DONE]
        if result.stopped is not None:
            raise ChangeError(
                f"{done} of {len(result.results)} were moved, then it stopped: "
                f"{result.stopped.message}",
                result.stopped.hint,
            )
        return (f"{count(done, 'credential')} moved to the keychain", *result.notes)

    return Fix("move them to the keychain", preview, move)
