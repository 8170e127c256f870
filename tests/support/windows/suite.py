"""What `make test-windows` runs; all else is left to Linux."""

from __future__ import annotations

FILES = (
    "tests/windows",
    # The layers below, as far as their tests are about no one system.
    "tests/model",
    "tests/contracts",
    "tests/services/test_arrange.py",
    "tests/services/test_catalog.py",
    "tests/services/test_changes.py",
    "tests/services/test_duplicates.py",
    "tests/services/test_lookup.py",
    "tests/services/test_marks.py",
    "tests/services/test_undo.py",
    "tests/services/test_words.py",
    "tests/services/migration/test_applying.py",
    "tests/services/audit/test_file_leftovers.py",
    "tests/services/audit/test_outside_keychain.py",
    "tests/stores/test_demo.py",
    "tests/stores/test_memory.py",
)


def arguments() -> list[str]:
    """The arguments for pytest."""
    return [*FILES]
