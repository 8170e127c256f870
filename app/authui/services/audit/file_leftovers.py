"""The rule about what lies beside credentials files and may still hold their secrets."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.credential import Credential
from authui.model.errors import DecodeError
from authui.model.secret import Secret
from authui.model.text import printable
from authui.model.wire import decode_text
from authui.services.audit.file_fixes import deleting
from authui.services.audit.finding import Finding, Severity
from authui.services.audit.scene import Scene
from authui.services.words import count, host_words
from authui.stores.base import StoreInfo
from authui.stores.leftover_files import Leftover, credentials_in, find_leftovers, set_aside_in


def beside(scene: Scene) -> Iterator[tuple[StoreInfo, Leftover]]:
    """Each leftover once, with the store beside whose file it lies."""
    if scene.environment is None:
        return
    netrc = scene.store("netrc")
    used = [file.path for file in scene.files if file.path]
    if netrc is not None:
        used.append(netrc.info.location)
    seen = set()
    for file in scene.files:
        if not file.path:
            continue
        cwd = scene.environment.cwd if "file" in file.info.names else None
        for leftover in find_leftovers(file.path, cwd, used=used):
            if leftover.path not in seen:
                seen.add(leftover.path)
                yield file.info, leftover


def leftovers(scene: Scene) -> Iterator[Finding]:
    """A8: each of them. Deleting one says how many credentials stand nowhere else."""
    for info, leftover in beside(scene):
        holds = {True: "holds secrets", False: "holds no secret", None: "may hold secrets"}
        fix = None if leftover.is_folder else deleting(leftover, _costs(scene, leftover))
        yield Finding(
            "A8",
            Severity.INFO if leftover.has_secrets is False else Severity.WARNING,
            f"{printable(leftover.path)} is {leftover.what}, and {holds[leftover.has_secrets]}",
            store=info.id,
            subject=leftover.path,
            fix=fix,
            hint="Look into it, and delete it yourself" if fix is None else None,
        )


def _costs(scene: Scene, leftover: Leftover) -> tuple[str, ...]:
    """What goes with the file."""
    hosts = set_aside_in(leftover)
    if hosts:
        known = {printable(host_words(entry)) for entry in scene.listing.entries}
        alone = sum(host not in known for host in hosts)
        begin = f"It holds {count(len(hosts), 'entry', 'entries')} that a repair took out"
        if not alone:
            return (f"{begin}, and a store has something under each host",)
        return (f"{begin}, and no store has anything for {alone} of them: gone with it",)
    texts, others = credentials_in(leftover) or ((), 0)
    if not texts:
        unclear = leftover.has_secrets is not False
        return ("authui cannot tell which credentials are in it",) if unclear else ()
    stored = list(_stored(scene))
    alone = sum(_credential(text) not in stored for text in texts)
    begin = f"It holds {count(len(texts), 'credential')}"
    if alone:
        costs = [f"{begin}, {alone} of which in no store that authui can read: gone with it"]
    else:
        costs = [f"{begin}, {'which' if len(texts) == 1 else 'all of which'} a store has too"]
    if others:
        costs.append(f"It also holds {count(others, 'part')} that authui cannot read: gone with it")
    return tuple(costs)


def _credential(text: Secret) -> Credential | None:
    try:
        return decode_text(text)
    except DecodeError:
        return None


def _stored(scene: Scene) -> Iterator[Credential]:
    """Every credential that can be read."""
    for file in scene.files:
        yield from (entry.credential for entry in file.entries)
    for entry in scene.usable():
        if entry.store == "keychain":
            credential = scene.credential(entry)
            if credential is not None:
                yield credential
