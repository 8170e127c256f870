"""Requests on the command line, with their secrets where they were asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from authui.model.lookup import Request

if TYPE_CHECKING:
    from authui.cli.layout import Line
    from authui.model.lookup import Failure
    from authui.model.pypi import KeyringCall
    from authui.model.secret import Secret


def request_object(request: Request, reveal: bool) -> dict[str, Any]:
    """A request in JSON."""
    url, authorization = _shown(request, reveal)
    shown: dict[str, Any] = {"url": url, "authorization": authorization}
    if request.refresh:
        shown["refresh"] = "first"
        if request.only_refreshed:
            shown["otherwise"] = "no request"
    return shown


def failure_object(failure: Failure) -> dict[str, Any]:
    """Why no request is made, in JSON."""
    return {"store": failure.store, "message": failure.message, "hint": failure.hint}


def request_lines(request: Request, reveal: bool) -> Iterator[Line]:
    """A request for a person, after an empty line; nothing where nothing of it is known."""
    from authui.cli.layout import line

    url, authorization = _shown(request, reveal)
    if url is not None or authorization is not None:
        yield line()
    if url is not None:
        yield line(f"  URL            {url}")
    if authorization is not None:
        yield line(f"  Authorization  {authorization}")


def header_of(value: Secret | None, masked: str | None, reveal: bool) -> str | None:
    """The value of a header as it may be shown."""
    return value.reveal() if reveal and value is not None else masked


def words_of(call: KeyringCall, reveal: bool) -> list[str]:
    """The service and the user of a keyring command as they may be shown."""
    if reveal and call.in_full is not None:
        return [part.reveal() for part in call.in_full]
    return [call.service, call.username]


def _shown(request: Request, reveal: bool) -> tuple[str | None, str | None]:
    """URL and header as they may be shown."""
    header = header_of(request.authorization, request.masked_authorization, reveal)
    if not reveal:
        return request.masked_url, header
    return None if request.url is None else request.url.reveal(), header
