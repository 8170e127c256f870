"""The command line where the system asks before it hands out a secret (see `tests.support.mac`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Here
from tests.support.fake_security import FakeSecurity, Press
from tests.support.mac import mac
from tests.support.program import write_credentials

__all__ = ["mac"]  # a fixture

TOKEN = '{"BearerToken":"tok"}'
WILL_ASK = "The macOS keychain asks you before it hands out what another program stored"


@pytest.fixture(params=[False, True], ids=["alone", "at a terminal"])
def person(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether somebody sits there."""
    is_there: bool = request.param
    monkeypatch.setattr("authui.cli.test_command.can_ask", lambda: is_there)
    return is_there


def test_a_list_says_once_what_it_does_not_read(mac: FakeSecurity, here: Here) -> None:
    for host in ("a.test", "b.test"):
        mac.put(host, TOKEN)
    done = here("list")
    assert done.status == 0
    assert [line.split() for line in done.out.splitlines()[1:]] == [
        ["a.test", "not", "read", "yet", "keychain", "active"],
        ["b.test", "not", "read", "yet", "keychain", "active"],
    ]
    assert done.err == f"note: {WILL_ASK}, so authui list does not read it\n"
    shown = here("list", "--json").object["entries"]
    assert [(one["kind"], one["state"]) for one in shown] == [(None, "active")] * 2
    assert mac.windows == []


def test_a_test_reads_one_secret_if_somebody_is_there(
    mac: FakeSecurity, here: Here, person: bool
) -> None:
    for host in ("a.test", "b.test"):
        mac.put(host, TOKEN)
    done = here("test", "https://a.test/c", "--json")
    (result,) = done.object["results"]
    if person:
        assert mac.windows == ["secret of a.test"]
        assert done.err.startswith(f"note: {WILL_ASK}\n")
        assert result["match"] == {"host": "a.test", "store": "keychain", "kind": "BearerToken"}
        assert result["request"]["authorization"].startswith("Bearer ")
        assert done.status == 0
    else:
        assert mac.windows == []
        assert result["match"] == {"host": "a.test", "store": "keychain", "kind": None}
        assert (result["request"], result["failure"]) == (None, None)
        assert result["notes"] == [WILL_ASK]
        assert done.status == 5


def test_a_refused_secret_is_told(mac: FakeSecurity, here: Here, person: bool) -> None:
    mac.put("a.test", TOKEN)
    mac.presses = [Press.DENY]
    done = here("test", "https://a.test/c")
    assert done.status == 5
    assert ("Nothing is sent" in done.out) is person


def test_set_over_something_asks_for_it_first(mac: FakeSecurity, here: Here) -> None:
    item = mac.put("a.test", '{"BasicHTTP":{"username":"u","password":"p"}}')
    done = here("set", "a.test", "--kind", "BasicHTTP", given="new")
    assert done.status == 0
    assert item.data == b'{"BasicHTTP":{"username":"u","password":"new"}}'
    assert f"note: {WILL_ASK}\n" in done.err
    assert mac.windows == ["secret of a.test"]


def test_remove_asks_nobody(mac: FakeSecurity, here: Here) -> None:
    mac.put("a.test", TOKEN)
    assert here("remove", "a.test", "--yes").status == 0
    assert (mac.items, mac.windows) == ({}, [])


def test_audit_asks_nobody(mac: FakeSecurity, here: Here) -> None:
    mac.put("*.com", TOKEN)
    done = here("audit", "--json")
    assert "A21" in {one["rule"] for one in done.object["findings"]}
    assert mac.windows == []


def test_migrate_asks_only_to_apply(mac: FakeSecurity, here: Here, own_home: Path) -> None:
    write_credentials(own_home, {"a.test": {"BearerToken": "tok"}, "b.test": {"BearerToken": "t"}})
    mac.put("a.test", TOKEN)
    planned = here("migrate", "--json").object
    assert [step["action"] for step in planned["steps"]] == ["unknown", "move"]
    assert mac.windows == []
    done = here("migrate", "--apply", "--json")
    assert [step["status"] for step in done.object["steps"]] == ["done", "done"]
    assert mac.windows == ["secret of a.test"]
    assert {account for account, _ in mac.items} == {b"a.test", b"b.test"}
