"""`authui set`: add or replace a credential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from authui.cli.change_view import (
    changes_of,
    holders,
    info_of,
    pattern_to_store,
    refuse_if_read_only,
    say_change,
    say_demo,
    say_plaintext,
    stale_copies,
    survey,
    with_items,
)
from authui.cli.interruptible import carry_out
from authui.cli.options import Options
from authui.cli.report import ExitStatus, Report
from authui.cli.secret_source import read_json, read_secret
from authui.model.credential import KINDS, Credential, Kind, username_of
from authui.model.errors import (
    Ambiguous,
    BadInput,
    DecodeError,
    NotStored,
    ReadOnly,
    StoreError,
)
from authui.model.secret import Secret
from authui.model.text import mask_url

if TYPE_CHECKING:
    from authui.model.fields import FieldSpec
    from authui.services.catalog import Listing
    from authui.services.change import Change, Place
    from authui.services.changes import Changes
    from authui.stores.base import Stored
    from authui.stores.discover import Discovery
    from authui.stores.patience import Patience


@dataclass(frozen=True, slots=True)
class _New:
    """What is to be stored: a kind that is asked for, or a credential that was given."""

    kind: Kind
    credential: Credential | None = None


def run(options: Options, report: Report) -> ExitStatus:
    """Store one credential, and say what is sent now."""
    if options.pypi:
        from authui.cli.pypi_set import run as run_pypi

        return run_pypi(options, report)
    from authui.services.change import Place
    from authui.services.places import store_named

    new = _New(_checked_kind(options))
    refuse_if_read_only(options)
    say_demo(options, report)
    if options.json_stdin:
        given = _given_json(report)
        new = _New(given.kind, given)
    host = pattern_to_store(options.host, new.kind, report, option="HOST", force=options.force)
    discovery, listing = survey(options, host)
    store = store_named(discovery, options.store or "keychain").info.id
    place = Place(store, host, options.item)
    try:
        change = _store(options, report, (discovery, listing), place, new)
    except (StoreError, ReadOnly) as error:
        if store != "keychain":
            raise
        raise _with_alternative(error, discovery) from None
    verb = "Stored" if change.created else "Replaced"
    say_change(report, change, verb, notes=tuple(stale_copies(listing, host, store)))
    return ExitStatus.DONE


def _store(
    options: Options, report: Report, known: tuple[Discovery, Listing], place: Place, new: _New
) -> Change:
    """Say what will be, ask for the secret, and store it."""
    from authui.services.effects import foreseen
    from authui.services.places import credential_of

    discovery, listing = known
    changes = changes_of(options, place.host)
    stands = _what_stands(report, changes, place, (discovery, listing), new.kind)
    say_plaintext(report, info_of(listing, place.store))
    for sentence in foreseen(listing, place.host, place.store, kind=new.kind).sentences:
        report.note(sentence)
    old = None if stands is None else credential_of(stands)
    if stands is not None:
        _say_replaced(report, new.kind, old)
    values: dict[str, str | Secret] = {}
    if new.credential is None:
        values = _asked(new.kind, place.host, options.username, old, report)

    def write(patience: Patience) -> Change:
        # Asked anew: rattler may have refreshed a token while the person was typing.
        before = changes.find(place, patience=patience)
        credential = new.credential or _made(new.kind, values, before)
        return changes.put(place, credential, before=before, patience=patience)

    return carry_out(report, write)


def _checked_kind(options: Options) -> Kind:
    """The kind that is asked for, any where it is in the JSON. Raises `BadInput`."""
    kinds = ", ".join(KINDS)
    if options.kind is not None and options.json_stdin:
        raise BadInput("--kind does not go with --json-stdin", "The kind is in the JSON")
    if options.username is not None and options.json_stdin:
        raise BadInput("--username does not go with --json-stdin", "It is in the JSON")
    if options.item is not None and options.store not in (None, "keychain"):
        raise BadInput("--item goes with --store keychain only", "Only a keychain has items")
    if options.json_stdin:
        return KINDS[0]
    if options.kind is None:
        raise BadInput("--kind is missing", f"Choose from {kinds}, or use --json-stdin")
    if options.kind == "OAuth":
        raise BadInput(
            "The parts of an OAuth token come from a log-in, so authui does not ask for them",
            f"Log in with pixi auth login {mask_url(options.host)} --oauth, or give rattler's JSON "
            "to --json-stdin",
        )
    if options.username is not None and options.kind not in ("BasicHTTP", "S3Credentials"):
        raise BadInput(
            f"--username does not go with {options.kind}, which has none",
            "Leave it out, or choose BasicHTTP",
        )
    return options.kind


def _given_json(report: Report) -> Credential:
    """The credential on standard input, as it stands there. Raises `BadInput`."""
    from authui.model.pasted import check
    from authui.model.wire import decode_text

    try:
        credential = decode_text(read_json())
    except DecodeError as error:
        raise BadInput(
            f"Standard input is no credential in rattler's JSON: {error.message}",
            error.hint or 'Write one such as {"BearerToken":"..."}',
        ) from None
    for warning in check(credential):
        report.note(warning)
    return credential


def _what_stands(
    report: Report, changes: Changes, place: Place, known: tuple[Discovery, Listing], kind: Kind
) -> Stored | None:
    """What will be replaced. Raises where the store does not take anything."""
    from authui.services.asking import is_unread, will_ask
    from authui.services.places import writable
    from authui.services.targets import cannot_hold

    discovery, listing = known
    entries = [entry for entry in holders(listing, place.host) if entry.store == place.store]
    writable(discovery, place)
    unfit = cannot_hold(place.store, kind)
    if unfit is not None:
        raise BadInput(unfit, "Name another store with --store, such as file")
    if place.store == "keychain":
        failure = next(r.failure for r in listing.stores if r.info.id == "keychain")
        if failure is not None:
            raise failure
    for entry in entries:
        if is_unread(entry):
            report.note(will_ask(info_of(listing, place.store)))
    try:
        stands = carry_out(
            report, lambda patience: changes.find(place, patience=patience), doing="reading"
        )
    except Ambiguous as error:
        raise (with_items(entries[0], error) if entries else error) from None
    if stands is None and place.item is not None:
        raise NotStored(
            f"The keychain has no such item for {mask_url(place.host)}",
            "authui list --json shows the items where there are several",
        )
    return stands


def _with_alternative(error: StoreError | ReadOnly, discovery: Discovery) -> StoreError | ReadOnly:
    """The error with another place to store it, which nobody gets without naming it."""
    file = next((store.info for store in discovery.stores if "file" in store.info.names), None)
    if file is None:
        return error
    hint = f"To store it unencrypted instead: --store file ({file.location})"
    if error.hint and not isinstance(error, ReadOnly):
        hint = f"{error.hint}; {hint[:1].lower()}{hint[1:]}"
    return type(error)(error.message, hint)


def _say_replaced(report: Report, kind: Kind, old: Credential | None) -> None:
    from authui.services.words import KIND_WORDS

    if old is None:
        report.note("It replaces something that rattler cannot read")
    elif old.kind != kind:
        report.note(f"It replaces another kind of credential: {KIND_WORDS[old.kind]}")


def _asked(
    kind: Kind, host: str, username: str | None, old: Credential | None, report: Report
) -> dict[str, str | Secret]:
    """What the fields of the kind are to hold, cleaned, and what was left out of it said."""
    from authui.model.fields import fields_of
    from authui.model.pasted import clean
    from authui.model.sendable import field_words

    values: dict[str, str | Secret] = {}

    def take(field: FieldSpec, text: str | Secret) -> None:
        cleaned = clean(field, text)
        values[field.name] = cleaned.value
        for sentence in (*cleaned.said, *cleaned.warnings):
            report.note(f"{field.label}: {sentence[:1].lower()}{sentence[1:]}")

    for field in fields_of(kind):
        if field.is_secret and field.is_required:
            take(field, read_secret(report, f"{field.label} for {mask_url(host)}"))
        elif field.is_required and username is not None:
            take(field, username)
        elif field.is_required:
            kept = username_of(old) if old is not None and old.kind == kind else None
            if kept is None:
                raise BadInput(
                    f"The {field_words(field.name)} is missing", "Give it with --username NAME"
                )
            values[field.name] = kept
            report.note(f"The {field_words(field.name)} stays {kept}")
    return values


def _made(kind: Kind, values: dict[str, str | Secret], before: Stored | None) -> Credential:
    from authui.model.fields import to_model
    from authui.services.places import credential_of

    old = None if before is None else credential_of(before)
    # The session token of an older key is of no use with a new one.
    return to_model(kind, values, old=old, clear=("session_token",))
