"""What a person should know about a password that was just stored for a PyPI index."""

from __future__ import annotations

from collections.abc import Iterator

from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.services.pypi_entries import Earlier
from authui.services.pypi_words import ENABLE
from authui.stores.environment import Environment
from authui.stores.pypi.index_urls import IndexUrl, find_indexes
from authui.stores.pypi.keyring_program import KeyringProgram
from authui.stores.pypi.netrc_file import is_for_conda_too
from authui.stores.pypi.sources import PypiSources


def keyring_notes(
    sources: PypiSources,
    environment: Environment,
    index: IndexUrl,
    username: str,
    password: Secret,
    *,
    run: bool,
) -> tuple[str, ...]:
    """What answers first, what is missing, and whether uv's program finds it if that is run."""
    notes: list[str] = []
    first = Earlier.of(environment).answers(index.url, username)
    if first is not None:
        notes.append(first)
    if not sources.keyring_enabled:
        notes.append(f"pixi asks no keyring yet: {ENABLE} enables it")
    notes += _named(find_indexes(environment, sources.pixi), index, username)
    program = KeyringProgram(environment)
    if program.path is None:
        notes.append(
            "There is no program named keyring on the PATH, which uv would ask: pixi global install "
            "keyring installs one"
        )
    elif run:
        answer = program.get(index.url, username)
        if answer.told != "hit" or answer.password != password:
            notes.append(
                f"The program that uv runs does not find it: {printable(program.path)} may use "
                "another keyring backend than authui (keyring --list-backends shows its own)"
            )
    return tuple(notes)


def netrc_notes(environment: Environment, host: str, path: str) -> tuple[str, ...]:
    """That conda requests use it too, where they do."""
    if not is_for_conda_too(path, environment):
        return ()
    name = printable(mask_url(host))
    return (f"Conda requests to {name} send it too, where no other store of rattler's answers",)


def _named(known: tuple[IndexUrl, ...], index: IndexUrl, username: str) -> Iterator[str]:
    """How the index has to be written, unless it is written like that already."""
    used = [one for one in known if one.is_used]
    if any(one.url == index.url and one.username == username for one in used):
        return
    shown = IndexUrl(index.url, username, index.origin).shown
    other = next(
        (one for one in used if one.url != index.url and _same_page(one.url, index.url)), None
    )
    if other is not None:
        yield (
            f"{printable(other.origin)} writes the index as {mask_url(other.url)}, and uv asks the "
            "keyring for exactly that: store it for the URL as it is written there"
        )
    else:
        yield f"pixi asks for it where the index is written with its user: {shown}"


def _same_page(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")
