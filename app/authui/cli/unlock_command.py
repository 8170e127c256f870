"""`authui unlock`: one window of the keychain, which the person answers."""

from __future__ import annotations

from authui.cli.change_view import changes_of, say_demo
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report


def run(options: Options, report: Report) -> ExitStatus:
    """Unlock what is locked."""
    say_demo(options, report)
    unlocked = carry_out(report, changes_of(options).unlock, doing="unlocking")
    if report.as_json:
        report.json({"unlocked": unlocked})
    elif unlocked:
        from authui.cli.layout import line

        report.text([line("The keychain is unlocked", "good")])
    else:
        report.note("Nothing in the keychain is locked")
    return ExitStatus.DONE
