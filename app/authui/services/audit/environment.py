"""Rules about variables, configuration and tools."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from authui.model.text import printable
from authui.services.audit import old_tools
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.rule import Rule
from authui.services.audit.scene import Scene
from authui.services.words import count
from authui.stores.environment import Environment

VARIABLE, OVERRIDE = "RATTLER_AUTH_FILE", "authentication-override-file"


def _netrc_machines(scene: Scene) -> Iterator[Finding]:
    machines = sum(entry.store == "netrc" for entry in scene.listing.entries)
    if machines:
        yield Finding(
            "A33",
            Severity.WARNING,
            f"The netrc file has {count(machines, 'machine')}, at which auth logout --all of pixi "
            "and rattler stops half-way",
            "netrc",
            details=("It cannot delete them, and what comes after the first stays stored",),
            hint="Delete credentials with authui remove HOST, which goes by store",
        )


def _netrc_missing(scene: Scene) -> Iterator[Finding]:
    report = scene.report("netrc")
    if report is None or scene.environment is None or report.info.origin != "NETRC":
        return
    if report.state.is_answer and report.state != "ok":
        yield Finding(
            "A34",
            Severity.INFO,
            "NETRC names a file that does not exist: rattler warns at each start, and uses no "
            "other netrc file",
            "netrc",
            hint=f"{_unset(scene.environment, 'NETRC')}, or create the file",
        )


def _variable(scene: Scene) -> Iterator[Finding]:
    here = scene.environment
    value = None if here is None else here.utf8(VARIABLE)
    if here is None or value is None:
        return
    if not value:
        yield _empty(scene, here)
        return
    if _is_tilde(value):
        absolute = f'"$HOME"{_quoted_rest(value)}'
        yield Finding(
            "A35",
            Severity.WARNING,
            f"{VARIABLE} begins with ~, which stands for no home directory there: rattler looks "
            "for a folder of that name in the current directory, and a login makes one",
            "auth-file",
            subject="tilde",
            hint=_set(here, absolute, _below_home(here, value)),
        )
        return
    absolute = here.resolve(value)
    if not here.is_absolute(value):
        yield Finding(
            "A35",
            Severity.WARNING,
            f"{VARIABLE} holds a relative path: in another directory it names another file",
            "auth-file",
            subject="relative",
            hint=_set(here, shlex.quote(absolute), absolute),
        )
    report = scene.report("auth-file")
    if report is not None and report.state == "absent":
        yield Finding(
            "A35",
            Severity.WARNING,
            f"{VARIABLE} names a file that does not exist: the next login creates it, in plain "
            "text, instead of using the keychain",
            "auth-file",
            subject="missing",
            details=(f"It names {printable(absolute)}",),
            hint=f"{_unset(here, VARIABLE)}, or correct the path",
        )


def _empty(scene: Scene, here: Environment) -> Finding:
    stops = scene.discovery.client == "rattler-build"
    what = (
        "rattler-build refuses to start"
        if stops
        else "rattler takes it for a store that holds nothing and cannot be written"
    )
    return Finding(
        "A35",
        Severity.ERROR if stops else Severity.WARNING,
        f"{VARIABLE} is set but empty: {what}",
        "auth-file",
        subject="empty",
        hint=_unset(here, VARIABLE),
    )


def _variable_and_override(scene: Scene) -> Iterator[Finding]:
    here = scene.environment
    value = None if here is None else here.utf8(VARIABLE)
    if here is None or not value:
        return
    store = scene.report("override-file") if scene.discovery.client == "pixi" else None
    if store is not None:
        if "auth-file" in store.info.names:
            return  # one file, so that it does not matter which is asked first
        origin = store.info.origin
    elif scene.pixi.override_file is not None and scene.discovery.client != "pixi":
        if here.resolve(scene.pixi.override_file) == here.resolve(value):
            return
        origin = scene.pixi.override_origin or "pixi's configuration"
    else:
        return
    from_flag = origin == "--auth-file"
    named = origin if from_flag else f"{OVERRIDE} in {printable(origin)}"
    undo = "leave out --auth-file" if from_flag else f"delete {OVERRIDE} from {printable(origin)}"
    yield Finding(
        "A36",
        Severity.WARNING,
        f"{named} and {VARIABLE} are both set: pixi asks the former first, though its "
        "documentation says the opposite and pixi info names the latter",
        "override-file",
        hint=f"{_unset(here, VARIABLE)}, or {undo}",
    )


def _override(scene: Scene) -> Iterator[Finding]:
    if scene.pixi.override_file is None:
        return
    origin = printable(scene.pixi.override_origin or "pixi's configuration")
    yield Finding(
        "A37",
        Severity.WARNING,
        f"{OVERRIDE} is set in {origin}: pixi install uses the file it names, pixi auth neither "
        "reads nor writes it",
        "override-file",
        details=(
            "rattler-build does not read it either",
            "Refreshed OAuth tokens are written there in plain text",
        ),
        hint=f"Delete {OVERRIDE} from {origin}; authui migrate --client pixi --from override-file "
        "moves what the file holds to the keychain before",
    )


def _override_path(scene: Scene) -> Iterator[Finding]:
    here, path = scene.environment, scene.pixi.override_file
    if here is None or not path or here.is_absolute(path):
        return
    origin = printable(scene.pixi.override_origin or "pixi's configuration")
    if _is_tilde(path):
        what = (
            "begins with ~, which stands for no home directory there: pixi looks for a folder of "
            "that name in the current directory"
        )
        absolute = _below_home(here, path)
    else:
        what = "holds a relative path: in another directory it names another file"
        absolute = here.resolve(path)
    line = f"{OVERRIDE} = {json.dumps(printable(absolute), ensure_ascii=False)}"
    yield Finding(
        "A39",
        Severity.WARNING,
        f"{OVERRIDE} in {origin} {what}",
        "override-file",
        hint=f"Write there: {line}",
    )


def _skipped_configuration(scene: Scene) -> Iterator[Finding]:
    here, pixi = scene.environment, scene.pixi
    project = (
        None
        if here is None or pixi.workspace is None
        else here.join(pixi.workspace, ".pixi", "config.toml")
    )
    for file in pixi.files:
        if not file.state.is_answer:
            path = printable(file.path)
            yield Finding(
                "A40",
                Severity.WARNING,
                f"pixi skips {path} as a whole: {file.detail}",
                subject=file.path,
                details=(
                    "It says nothing of it, as this is the configuration of a project"
                    if file.path == project
                    else "It logs an error and goes on",
                    f"Its {OVERRIDE}, mirrors and s3-options do not apply",
                ),
                hint=f"Correct {path}",
            )


def _default_file_named(scene: Scene) -> Iterator[Finding]:
    for report in scene.listing.stores:
        if {"auth-file", "file"} <= set(report.info.names) and scene.environment is not None:
            yield Finding(
                "A41",
                Severity.INFO,
                f"{VARIABLE} names the default file, which rattler then reads as two stores",
                report.info.id,
                details=(
                    "What one program deletes, it may go on sending from its second copy",
                    "Without the variable the keychain is asked before this file",
                ),
                hint=_unset(scene.environment, VARIABLE),
            )


def _is_tilde(path: str) -> bool:
    return path == "~" or path.startswith("~/")


def _below_home(here: Environment, path: str) -> str:
    """What was meant by a path that begins with `~`."""
    return here.join(here.home() or "/", path[2:]) if path[2:] else here.home() or "/"


def _quoted_rest(path: str) -> str:
    return "/" + shlex.quote(path[2:]) if path[2:] else ""


def _unset(here: Environment, name: str) -> str:
    """What to type to be rid of a variable."""
    command = f"Remove-Item Env:{name}" if here.platform == "win32" else f"unset {name}"
    return f"{command} in your shell, and take it out of where it is set"


def _set(here: Environment, quoted: str, absolute: str) -> str:
    """What to type to give the variable an absolute path; `quoted` is it for a shell of Unix."""
    if here.platform == "win32":
        path = absolute.replace("'", "''")
        return f"$Env:{VARIABLE} = '{printable(path)}'"
    return f"export {VARIABLE}={printable(quoted)}"


RULES: tuple[Rule, ...] = (
    Rule("A5", "credentials that an older tool on this machine cannot read", old_tools.check),
    Rule("A33", "netrc machines, at which a logout from everywhere stops", _netrc_machines),
    Rule("A34", "NETRC naming a file that does not exist", _netrc_missing),
    Rule("A35", "RATTLER_AUTH_FILE empty, relative or naming no file", _variable),
    Rule("A36", "RATTLER_AUTH_FILE beside pixi's override file", _variable_and_override),
    Rule("A37", "a file that pixi install uses and pixi auth does not", _override),
    Rule("A39", "an override file with a path that is not absolute", _override_path),
    Rule("A40", "configuration that pixi skips", _skipped_configuration),
    Rule("A41", "RATTLER_AUTH_FILE naming the default file", _default_file_named),
)
"""In the order of their numbers."""
