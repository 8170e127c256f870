"""What `make test-windows` runs, and what it leaves to Linux."""

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

_CHANGES = "tests/services/test_changes.py::"

OTHER_WORDS = (
    f"{_CHANGES}test_adding_says_where_it_went_and_what_is_sent",
    f"{_CHANGES}test_reading_what_is_not_there",
    f"{_CHANGES}test_a_copy_that_shadows_is_told",
    f"{_CHANGES}TestRelocation::test_if_neither_can_go_both_are_named",
)
"""They expect "the keychain" in a sentence, where Windows has a name of its own for it."""


def arguments() -> list[str]:
    """The arguments for pytest."""
    return [*FILES, *(f"--deselect={test}" for test in OTHER_WORDS)]
