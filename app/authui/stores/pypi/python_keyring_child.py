"""What runs in a process of its own: Python's `keyring`, asked line by line.

A backend may hang, open a window or raise; this process can then be ended. One JSON object comes
in on each line and one goes out, over pipes that backends do not see. Source: keyring 25.7, whose
public functions are all that is called.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, Final

START: Final = (
    "import sys; p = [d for d in sys.path if d]; "
    "sys.path[:] = p + [d for d in sys.argv[1:] if d not in p]; "
    "from authui.stores.pypi.python_keyring_child import main; main()"
)
"""What the process is to run, with the folders of the packages as its arguments."""

_ENDINGS: Final = ("Locked", "Dismissed", "Denied")


def main() -> None:
    """Answer until nobody asks any more."""
    questions, answers = _pipes()
    import keyring  # noqa: F401  a slow start is told from a slow answer

    print("{}", file=answers, flush=True)
    for line in questions:
        try:
            answer = _answer(json.loads(line))
        except Exception as error:  # noqa: BLE001  a backend may raise anything
            # Its text may hold what was to be stored.
            answer = {"error": _kind_of(error), "class": type(error).__name__}
        print(json.dumps(answer), file=answers, flush=True)


def _pipes() -> tuple[Any, Any]:
    """The questions and the answers; whatever a backend reads or prints goes nowhere."""
    questions = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    return questions, answers


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    import keyring

    service: str = question.get("service", "")
    username: Any = question.get("username")  # None only where a backend is to find it
    match question["do"]:
        case "describe":
            return _described(keyring.get_keyring())
        case "get":
            return {"password": keyring.get_password(service, username)}
        case "find":
            found = keyring.get_credential(service, username)
            return {"username": None if found is None else found.username}
        case "set":
            keyring.set_password(service, username, question["password"])
        case "delete":
            keyring.delete_password(service, username)
    return {}


def _described(ring: Any) -> dict[str, Any]:
    """The backend that keyring chose, and those behind it where it is several."""
    from keyring.backends.chainer import ChainerBackend

    members = ring.backends if isinstance(ring, ChainerBackend) else ()
    return {
        "name": _name(ring),
        "family": list(_family(ring)),
        "members": [[_name(one), *_family(one)] for one in members],
        "scheme": _text(ring, "scheme"),
        "collection": _text(ring, "preferred_collection"),
        "path": _text(ring, "file_path"),
    }


def _name(ring: object) -> str:
    return f"{type(ring).__module__}.{type(ring).__qualname__}"


def _family(ring: object) -> Iterator[str]:
    """Its class and those it is made from: somebody's own may be one of keyring's."""
    for one in type(ring).__mro__:
        yield f"{one.__module__}.{one.__qualname__}"


def _text(ring: object, name: str) -> str | None:
    value = getattr(ring, name, None)
    return value if isinstance(value, str) else None


def _kind_of(error: Exception) -> str:
    """What an error means, by the names that keyring and its backends give to their classes."""
    names = [one.__name__ for one in type(error).__mro__]
    if "NoKeyringError" in names:
        return "none"
    if "PasswordDeleteError" in names or "ItemNotFoundException" in names:
        return "not-deleted"
    if any(word in name for name in names for word in _ENDINGS):
        return "locked"
    return "failed"
