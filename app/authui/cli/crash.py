"""What is said about a mistake in authui itself."""

from __future__ import annotations

import os
import traceback
from types import TracebackType

from authui.model.errors import AuthuiError


def internal_error(error: Exception) -> AuthuiError:
    """A mistake as type and place only: messages and local variables may hold secrets.

    With `AUTHUI_DEV=1` in the environment the traceback is printed too.
    """
    if os.environ.get("AUTHUI_DEV") == "1":
        traceback.print_exception(error)
    return AuthuiError(
        f"Internal error: {type(error).__name__} at {_place(error.__traceback__)}",
        "Please report this line; AUTHUI_DEV=1 shows more, which may include secrets",
    )


def _place(trace: TracebackType | None) -> str:
    """File and line of the innermost frame of this package, or of all where there is none."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    place = "an unknown place"
    ours = False
    while trace is not None:
        path = os.path.abspath(trace.tb_frame.f_code.co_filename)
        inside = path.startswith(package + os.sep)
        if inside or not ours:
            name = os.path.relpath(path, package) if inside else os.path.basename(path)
            place = f"{name}:{trace.tb_lineno}"
        ours = ours or inside
        trace = trace.tb_next
    return place
