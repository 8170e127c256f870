"""`authui set --pypi`: store a password for a user of a PyPI index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authui.cli.change_view import refuse_if_read_only, say_demo
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report
from authui.cli.secret_source import read_secret
from authui.cli.sources import open_pypi
from authui.model.secret import Secret
from authui.model.text import printable

if TYPE_CHECKING:
    from authui.services.pypi_change import PypiChange, PypiPlace
    from authui.stores.environment import Environment


def run(options: Options, report: Report) -> ExitStatus:
    """Store it where uv finds it, and say what is still missing."""
    from authui.services.pypi_changes import PypiChanges

    refuse_if_read_only(options)
    say_demo(options, report)
    sources = open_pypi(options)
    changes = PypiChanges(sources)
    username = options.username or ""
    store = options.pypi_store or "keyring"
    # To name a store that encrypts nothing is to mean it.
    meant = options.pypi_store is not None
    place = changes.look(options.host, username, store=store, in_plain_text=meant)
    if place.encrypted is False:
        report.note(f"{place.location} is plain text: whoever can read the file has the secret")
    password = _password(report, place, username)
    _say_program(report, sources.environment, store)
    change = carry_out(
        report,
        lambda patience: changes.put(
            options.host,
            username,
            password,
            store=store,
            in_plain_text=meant,
            run_keyring=True,
            patience=patience,
        ),
    )
    _say(report, change)
    return ExitStatus.DONE


def _password(report: Report, place: PypiPlace, username: str) -> Secret:
    """What is typed or given, cleaned, with what was left out of it said."""
    from authui.model.fields import fields_of
    from authui.model.pasted import clean

    field = next(one for one in fields_of("BasicHTTP") if one.is_secret)
    text = read_secret(report, f"Password of {printable(username)} for {place.index.shown}")
    cleaned = clean(field, text)
    for sentence in (*cleaned.said, *cleaned.warnings):
        report.note(f"{field.label}: {sentence[:1].lower()}{sentence[1:]}")
    assert isinstance(cleaned.value, Secret)  # noqa: S101  the field is a secret one
    return cleaned.value


def _say_program(report: Report, environment: Environment | None, store: str) -> None:
    """Name the program that will be run to see whether it finds the password."""
    if environment is None or store != "keyring":
        return
    from authui.stores.pypi.keyring_program import find_keyring

    path = find_keyring(environment)
    if path is not None:
        report.note(f"Asks {printable(path)} afterwards whether it finds it, as pixi would")


def _say(report: Report, change: PypiChange) -> None:
    from authui.services.pypi_entries import shown_service

    index = shown_service(change.entry)
    if report.as_json:
        report.json(
            {
                "index": index,
                "store": change.entry.store,
                "username": change.entry.username,
                "location": change.location,
                "created": change.created,
                "notes": list(change.notes),
            }
        )
        return
    from authui.cli.layout import line

    verb = "Stored" if change.created else "Replaced"
    who = printable(change.entry.username or "")
    report.text([line(f"{verb} the password of {who} for {index} in {change.location}", "good")])
    for note in change.notes:
        report.note(note)
