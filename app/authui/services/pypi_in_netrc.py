"""What is stored for a PyPI index in the netrc file, changed."""

from __future__ import annotations

from authui.model.credential import BasicHTTP
from authui.model.errors import (
    AlreadyStored,
    Ambiguous,
    ChangedMeanwhile,
    NotStored,
    ReadOnly,
    WriteFailed,
)
from authui.model.pypi import PypiEntry
from authui.model.secret import Secret
from authui.model.text import mask_url, printable
from authui.model.url import parse_url
from authui.model.wire import encode_text
from authui.services.pypi_change import PypiChange, PypiRemoval
from authui.services.pypi_put_notes import netrc_notes
from authui.stores.environment import Environment
from authui.stores.netrc import NetrcStore
from authui.stores.pypi.index_urls import IndexUrl
from authui.stores.pypi.netrc_file import is_for_conda_too, netrc_file
from authui.stores.pypi.uv_netrc import UvNetrc
from authui.stores.pypi.uv_netrc_grammar import DEFAULT


def host_of(index: IndexUrl) -> str:
    """The name of the machine that both of pixi's netrc readers look for."""
    return parse_url(index.url).host or ""


def writable_netrc(environment: Environment, index: IndexUrl, username: str) -> NetrcStore:
    """The netrc file, if it can take this user. Raises where it cannot."""
    store = netrc_file(environment)
    refusal = store.refusal()
    if refusal is not None:
        raise refusal
    host = host_of(index)
    machine = UvNetrc(environment).find(host, None)
    if machine is not None and machine.name == host and machine.login != username:
        raise AlreadyStored(
            f"The netrc file has another user for {printable(host)} in line {machine.line}, and "
            "both of pixi's readers take one user for a host",
            "Delete that entry first, or store it in the keyring (--store keyring)",
        )
    return store


def put_into_netrc(
    environment: Environment, index: IndexUrl, username: str, password: Secret
) -> PypiChange:
    """Store them for the index's host, all else as it stands; then see that uv reads them."""
    store, host = writable_netrc(environment, index, username), host_of(index)
    before = store.read(host)
    store.write(host, encode_text(BasicHTTP(username, password)), before=before)
    found = UvNetrc(environment).find(host, username)
    if found is None or found.password != password:
        raise WriteFailed(
            f"{printable(store.info.location)} was written, but uv reads another file",
            "authui list --pypi shows which",
        )
    notes = netrc_notes(environment, host, store.info.location)
    entry = PypiEntry(host, "netrc", username, item=str(found.line))
    return PypiChange(entry, printable(store.info.location), before is None, notes)


def remove_from_netrc(environment: Environment, entry: PypiEntry) -> PypiRemoval:
    """Take the machine out of the file; raises `Ambiguous` where it stands there several times."""
    netrc = UvNetrc(environment)
    mine = [one for one in netrc.machines() if one.name == entry.service]
    if entry.service == DEFAULT:
        raise ReadOnly(
            "The default entry answers for all hosts: authui leaves it as it is",
            f"Edit {printable(netrc.path or 'the netrc file')} itself",
        )
    if not mine:
        raise NotStored(
            f"{mask_url(entry.service)} is not in the netrc file",
            "Look again: another program may have taken it away",
        )
    if len(mine) > 1:
        lines = ", ".join(str(one.line) for one in mine)
        raise Ambiguous(
            f"The netrc file has this machine {len(mine)} times (lines {lines})",
            f"Edit {printable(netrc.path or 'the file')} itself, so that one is left",
        )
    if entry.username != (mine[0].login or None):
        raise ChangedMeanwhile(
            f"{mask_url(entry.service)} has another user in the netrc file now",
            "Look at it again, then try again",
        )
    store = netrc_file(environment)
    store.delete(entry.service, before=store.read(entry.service))
    location = printable(store.info.location)
    notes = ("Conda requests had it from there too",)
    return PypiRemoval(
        entry, location, notes if is_for_conda_too(store.info.location, environment) else ()
    )
