"""What mends findings about files: each looks again before it acts, and reads back what it did."""

from __future__ import annotations

from authui.model.errors import ChangedMeanwhile
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.model.wire import decode_file, encode_file
from authui.services.audit.finding import Fix, Hands, Made
from authui.services.audit.repair import RepairPlan, apply_repair
from authui.services.changes import NOT_REVOKED
from authui.stores.file_entries import entries_of
from authui.stores.file_facts import FileFacts, set_mode
from authui.stores.json_file import JsonFileStore
from authui.stores.leftover_files import Leftover, delete_leftover

BACKUPS = "A copy may live on in backups and snapshots"
"""What to know after the deletion of a file."""


def repairing(plan: RepairPlan) -> Fix:
    """Fix the entries that have one meaning, set the others aside."""

    def make(hands: Hands) -> Made:
        hands.changes.must_be_allowed()
        return apply_repair(plan, plan.defaults()).words()

    return Fix("repair it entry by entry", plan.preview(), make)


def changing_mode(facts: FileFacts, mode: int) -> Fix:
    """Let its owner alone read it, or write to it."""
    path = printable(facts.path)

    def make(hands: Hands) -> Made:
        hands.changes.must_be_allowed()
        set_mode(facts, mode)
        return (f"{path} has the mode {mode:04o}",)

    return Fix(
        f"give it the mode {mode:04o}",
        (f"Change the mode of {path} from {facts.mode:04o} to {mode:04o}",),
        make,
    )


def deleting(leftover: Leftover, costs: tuple[str, ...]) -> Fix:
    """Delete the file; `costs` say what goes with it."""
    path = printable(leftover.path)

    def make(hands: Hands) -> Made:
        hands.changes.must_be_allowed()
        delete_leftover(leftover)
        return f"{path} is deleted", NOT_REVOKED

    preview = (f"Delete {path}, {leftover.what}", *costs)
    if leftover.has_secrets is not False:
        preview = (*preview, NOT_REVOKED, BACKUPS)
    return Fix("delete it", preview, make)


def keeping_one(store: JsonFileStore, host: str, text: Secret) -> Fix:
    """Keep one of several equal entries."""
    name, path = printable(mask_url(host)), printable(store.info.location)

    def edit(data: bytes | None) -> bytes | None:
        entries = entries_of(data)
        copies = [entry for entry in entries if entry.host == host]
        if len(copies) < 2 or any(entry.text != text for entry in copies):
            raise ChangedMeanwhile(f"{name} has changed in {path}", "Run the audit again")
        return encode_file((e.host, e.text) for e in entries if e.host != host or e is copies[-1])

    def holds(data: bytes | None) -> bool:
        return [e.text for e in decode_file(data or b"{}") if e.host == host] == [text]

    def make(hands: Hands) -> Made:
        hands.changes.must_be_allowed()
        store.rewrite(edit, holds)
        return (f"{name} stands once in {path}",)

    return Fix("keep one of the equal entries", (f"Take the others out of {path}",), make)
