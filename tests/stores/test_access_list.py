"""Microsoft's text form of an access list; real ones are read in tests/windows."""

from __future__ import annotations

import pytest

from authui.stores.access_list import Grant, grants_in, is_trusted, owner_in

ME = "S-1-5-21-1-2-3-1001"
OTHER = "S-1-5-21-1-2-3-1002"
PROFILE = f"O:{ME}G:{ME}D:(A;ID;FA;;;SY)(A;ID;FA;;;BA)(A;ID;FA;;;{ME})"


def others(aces: str) -> dict[str, str]:
    """What each account may, as the first letters of read, write and replace."""
    return {
        grant.account: "r" * grant.reads + "w" * grant.writes + "x" * grant.replaces
        for grant in grants_in(f"O:{ME}D:{aces}", ME)
    }


def test_a_file_of_the_profile_is_its_owners_alone() -> None:
    assert grants_in(PROFILE, ME) == ()
    assert owner_in(PROFILE) == ME
    assert owner_in("D:(A;;FA;;;SY)") == ""


@pytest.mark.parametrize(
    ("aces", "found"),
    [
        ("(A;;FR;;;BU)", {"BU": "r"}),
        ("(A;;0x1200a9;;;WD)", {"WD": "r"}),
        ("(A;;0x1301bf;;;AU)", {"AU": "rw"}),
        ("(A;;FA;;;WD)", {"WD": "rwx"}),
        ("(A;;GA;;;WD)", {"WD": "rwx"}),
        ("(A;;0x10000000;;;WD)", {"WD": "rwx"}),
        ("(A;;0x80000000;;;WD)", {"WD": "r"}),
        ("(A;;GW;;;WD)", {"WD": "w"}),
        ("(A;;WD;;;WD)", {"WD": "rwx"}),
        ("(A;;CCSDRC;;;BU)", {"BU": "rw"}),
        (f"(A;;FR;;;{OTHER})", {OTHER: "r"}),
        ("(A;;FR;;;BU)(A;;FW;;;BU)(A;;FR;;;WD)", {"BU": "rw", "WD": "r"}),
        ("(A;;FX;;;BU)(A;;RC;;;WD)", {}),
        ("(A;OICIIO;FA;;;WD)", {}),
        ("(A;OICI;DT;;;WD)", {"WD": "x"}),
        (f"(A;;FA;;;{ME})(A;;FA;;;SY)(A;;FA;;;BA)(A;;FA;;;OW)(A;OICIIO;GA;;;CO)", {}),
        ("(A;;FA;;;AC)(A;;FA;;;S-1-15-2-2)(A;;FA;;;S-1-5-5-0-77)", {}),
        ("(D;;FR;;;BU)(A;;FR;;;BU)", {}),
        ("(D;;FA;;;WD)(A;;FR;;;BU)", {}),
        ("(A;;FR;;;BU)(D;;FR;;;BU)", {"BU": "r"}),
        ("(D;;FR;;;AU)(A;;FR;;;BU)", {"BU": "r"}),
        ('(XA;;FR;;;BU;(@User.Title=="PM" && (Member_of {SID(BA)})))', {"BU": "r"}),
        ("(AU;SAFA;FA;;;WD)", {}),
        ("NO_ACCESS_CONTROL", {"WD": "rwx"}),
        ("P", {}),
        ("PAI(A;;FR;;;BU)", {"BU": "r"}),
    ],
)
def test_what_others_may_do(aces: str, found: dict[str, str]) -> None:
    assert others(aces) == found


def test_without_a_list_everybody_may_do_everything() -> None:
    assert grants_in(f"O:{ME}G:{ME}", ME) == (Grant("WD", True, True, True),)


@pytest.mark.parametrize(
    ("account", "trusted"),
    [
        (ME, True),
        ("BA", True),
        ("S-1-5-80-1-2", True),
        (OTHER, False),
        ("WD", False),
        ("BU", False),
    ],
)
def test_whom_one_need_not_name(account: str, trusted: bool) -> None:
    assert is_trusted(account, ME) is trusted
