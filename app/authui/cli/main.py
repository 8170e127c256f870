"""From the command line to a command, and from whatever happens there to an exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from authui.cli.report import ExitStatus, Interrupted, Report, flush, is_terminal
from authui.model.errors import AuthuiError, BadInput

if TYPE_CHECKING:
    from authui.cli.options import Options

Command: TypeAlias = "Callable[[Options, Report], int]"


def main(argv: Sequence[str]) -> int:
    """Run one command line, without the program's name, and return its exit status."""
    # Known before parsing, so that a usage error is JSON too; `--` ends the options.
    asked = list(argv)[: list(argv).index("--")] if "--" in argv else argv
    report = Report(as_json="--json" in asked)
    try:
        return _run(list(argv), report)
    except Interrupted as stop:
        return _say(report, stop.error, ExitStatus.INTERRUPTED)
    except KeyboardInterrupt:
        return ExitStatus.INTERRUPTED
    finally:
        flush()


def _run(argv: list[str], report: Report) -> int:
    try:
        from authui.cli.options import parse

        options = parse(argv)
        return _command(options)(options, report)
    except SystemExit as end:  # argparse, after the help
        return end.code if isinstance(end.code, int) else ExitStatus.DONE
    except BadInput as error:
        return _say(report, error, ExitStatus.USAGE)
    except AuthuiError as error:
        return _say(report, error, ExitStatus.ERROR)
    except Exception as error:  # noqa: BLE001  the last place that can keep secrets off the screen
        from authui.cli.crash import internal_error

        return _say(report, internal_error(error), ExitStatus.ERROR)


def _say(report: Report, error: AuthuiError, status: ExitStatus) -> ExitStatus:
    try:
        return report.error(error, status)
    except AuthuiError:  # standard output is what broke
        return status


def _command(options: Options) -> Command:
    """What was asked for, imported only now: each command loads no more than it needs."""
    if options.version:
        return _version
    if options.command is None:
        return _screen
    from importlib import import_module

    command: Command = import_module(f"authui.cli.{options.command}_command").run
    return command


def _version(options: Options, report: Report) -> int:
    del options
    from authui import __version__
    from authui.cli.layout import line

    report.text([line(f"authui {__version__}")])
    return ExitStatus.DONE


def _screen(options: Options, report: Report) -> int:
    del report
    dumb = os.environ.get("TERM") in ("dumb", "unknown")
    if dumb or not is_terminal(sys.stdin) or not is_terminal(sys.stdout):
        raise AuthuiError(
            "The screen needs a terminal that can draw it",
            "Use authui list, authui test URL or authui stores",
        )
    from functools import partial

    from authui.cli.sources import open_stores
    from authui.ui.app import run_app

    return run_app(partial(open_stores, options), demo=options.demo, read_only=options.read_only)
