"""Who may read a file of Windows, on real access lists, and what the audit says of it.

Wine keeps of an access list what Unix has modes for: the owner, and everyone.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from authui.services.audit.auditing import Audit
from authui.services.audit.finding import Finding, Severity
from authui.stores import file_acl, file_facts
from authui.stores.access_list import Grant
from authui.stores.discover import discover
from authui.stores.environment import Environment
from authui.stores.file_facts import account_words, belongs_to_another, look_at
from authui.stores.read_file import is_for_others

assert sys.platform == "win32"  # nothing below is looked at for other systems

GOOD = '{"h.test":{"BearerToken":"canary"}}'


def give(path: Path, entries: str) -> None:
    """Give the file or folder this access list, after the rights of its owner."""
    advapi = ctypes.WinDLL("advapi32")
    made = ctypes.c_void_p()
    text = f"D:P(A;OICI;FA;;;{file_acl._me()})(A;OICI;FA;;;SY){entries}"
    convert = advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
    assert convert(text, 1, ctypes.byref(made), None)
    assert advapi.SetFileSecurityW(str(path), 4, made)


@pytest.fixture
def path(own_home: Path) -> Path:
    path = own_home / ".rattler" / "credentials.json"
    path.parent.mkdir()
    path.write_text(GOOD)
    give(path.parent, "")
    give(path, "")
    return path


def findings(rule: str = "A7") -> list[Finding]:
    here = Environment.current()
    audit = Audit(lambda: discover(here, "rattler"), here)
    return [f for f in audit.run().findings if f.rule == rule]


def test_a_file_of_its_owner_alone(path: Path) -> None:
    facts = look_at(str(path))
    assert facts is not None
    assert facts.others == ()
    assert facts.is_mine
    assert facts.owner == file_acl.name_of(file_acl._me() or "")
    assert not belongs_to_another(facts)
    assert not is_for_others(str(path))
    assert findings() == []


@pytest.mark.parametrize(
    ("right", "can"), [("FR", "read"), ("FW", "change"), ("FA", "read and change")]
)
def test_a_file_that_everyone_gets_at(path: Path, right: str, can: str) -> None:
    give(path, f"(A;;{right};;;WD)")
    (finding,) = findings()
    assert (finding.id, finding.severity) == ("A7:file:access", Severity.ERROR)
    assert finding.message == f"Other users may {can} {path}: Everyone"
    assert finding.hint is not None
    assert f'icacls "{path}" /remove:g "*S-1-1-0"' in finding.hint
    assert finding.fix is None
    assert is_for_others(str(path)) == ("read" in can)


def test_a_folder_in_which_everyone_may_replace_it(path: Path) -> None:
    give(path.parent, "(A;OICI;FA;;;WD)")
    give(path, "")
    (finding,) = findings()
    assert (finding.id, finding.severity) == ("A7:file:folder", Severity.WARNING)
    assert "another file in the place" in finding.message
    assert f'icacls "{path.parent}" /inheritance:d' in (finding.hint or "")


def test_what_windows_does_not_tell_is_said(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_acl, "access_of", lambda path: None)
    (finding,) = findings()
    assert finding.severity is Severity.INFO
    assert "does not tell" in finding.message


def test_a_foreign_owner_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wine gives every file to its one user, so the answer of Windows is put in its place."""
    access = file_acl.Access("VM\\other", is_foreign=True, others=())
    monkeypatch.setattr(file_acl, "access_of", lambda path: access)
    facts = look_at(str(path))
    assert facts is not None
    assert not facts.is_mine
    assert is_for_others(str(path))
    assert any("belongs to VM\\other" in f.message for f in findings())


def test_accounts_have_names_and_numbers() -> None:
    words = account_words(Grant("WD", reads=True, writes=False, replaces=False))
    assert words == ("Everyone", "S-1-1-0")
    assert file_acl.number_of("BU") == "S-1-5-32-545"
    assert file_acl.number_of("S-1-5-21-9-9-9-9") == "S-1-5-21-9-9-9-9"
    assert file_acl.name_of("S-1-5-21-9-9-9-9") == "S-1-5-21-9-9-9-9"
    assert file_acl.name_of("no account") == "no account"


def test_nothing_is_told_of_what_is_not_there(tmp_path: Path) -> None:
    assert file_acl.access_of(str(tmp_path / "none")) is None
    assert file_acl.access_of("a\0b") is None
    assert file_facts.look_at(str(tmp_path / "none")) is None
