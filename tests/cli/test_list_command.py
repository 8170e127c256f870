from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.program import run, run_on_terminal, without_colour, write_credentials

BASIC = {"BasicHTTP": {"username": "alice", "password": "canary"}}


def test_json_follows_the_contract(own_home: Path) -> None:
    path = write_credentials(
        own_home,
        {
            "*.prefix.dev": {"BearerToken": "canary"},
            "a.example": BASIC,
            "b.example": {
                "OAuth": {
                    "access_token": "canary",
                    "refresh_token": None,
                    "expires_at": 1_900_000_000,
                    "token_endpoint": "https://b.example/token",
                    "revocation_endpoint": None,
                    "client_id": "c",
                }
            },
        },
    )
    (own_home / ".netrc").write_text("machine a.example login bob password canary\n")
    done = run("list", "--json")
    assert (done.err, done.status) == ("", 0)
    value = done.object
    assert value["version"] == 1
    assert value["client"] == "pixi"
    assert value["blocked_by"] == []
    by_id = {store["id"]: store for store in value["stores"]}
    assert list(by_id) == ["keychain", "file", "netrc"]
    assert [store["order"] for store in value["stores"]] == [1, 2, 3]
    assert by_id["file"]["location"] == str(path)
    assert by_id["file"]["state"] == "ok"
    assert by_id["file"]["writable"] is True
    assert by_id["file"]["encrypted"] is False
    assert by_id["netrc"]["writable"] is True
    assert by_id["keychain"]["state"] == "absent"
    assert by_id["keychain"]["writable"] is False
    empty: dict[str, object] = {
        "shadowed_by": None,
        "username": None,
        "expires_at": None,
        "items": [],
    }
    entries = [{k: v for k, v in entry.items() if k != "detail"} for entry in value["entries"]]
    assert entries == [
        {
            **empty,
            "host": "*.prefix.dev",
            "store": "file",
            "kind": "BearerToken",
            "state": "active",
        },
        {
            **empty,
            "host": "a.example",
            "store": "file",
            "kind": "BasicHTTP",
            "state": "active",
            "username": "alice",
        },
        {
            **empty,
            "host": "a.example",
            "store": "netrc",
            "kind": "BasicHTTP",
            "state": "shadowed",
            "shadowed_by": "file",
            "username": "bob",
        },
        {
            **empty,
            "host": "b.example",
            "store": "file",
            "kind": "OAuth",
            "state": "active",
            "expires_at": 1_900_000_000,
        },
    ]
    assert "canary" not in done.out


def test_text_is_plain_columns_when_piped(own_home: Path) -> None:
    write_credentials(own_home, {"a.example": BASIC, "host.example:8080": {"BearerToken": "x"}})
    (own_home / ".netrc").write_text("machine a.example login bob password canary\n")
    done = run("list")
    assert done.status == 0
    assert done.out == (
        "Host               Kind         Store              State\n"
        "a.example          BasicHTTP    file (plaintext)   active\n"
        "a.example          BasicHTTP    netrc (plaintext)  shadowed by file\n"
        "host.example:8080  BearerToken  file (plaintext)   never matches\n"
    )
    assert "note: host.example:8080 in file: No URL is ever looked up under this" in done.err


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_a_terminal_without_colour_gets_the_plain_form(
    own_home: Path, variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_credentials(own_home, {"a.example": BASIC})
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv(variable, value)
    assert run_on_terminal("list").out == run("list").out


def test_a_terminal_gets_colour_and_the_same_words(own_home: Path) -> None:
    write_credentials(own_home, {"a.example": BASIC})
    done = run_on_terminal("list")
    assert done.status == 0
    assert "\x1b[" in done.out
    assert without_colour(done.out).replace("● ", "").split() == run("list").out.split()


def test_nothing_stored_is_no_error() -> None:
    done = run("list")
    assert (done.out, done.status) == ("", 0)
    assert done.err == "note: No entries; authui stores tells where they were looked for\n"
    assert run("list", "--json").object["entries"] == []


def test_one_broken_store_does_not_hide_another(own_home: Path) -> None:
    path = write_credentials(own_home, '{"a.example": {"BasicHttp": {}}}')
    (own_home / ".netrc").write_text("machine b.example login bob password canary\n")
    done = run("list")
    assert done.status == 5
    assert "b.example" in done.out
    assert done.err.startswith("error: file: ")
    assert "rattler-based tools stop at this file" in done.err
    value = run("list", "--json").object
    assert value["blocked_by"] == ["file"]
    store = next(store for store in value["stores"] if store["id"] == "file")
    assert store["state"] == "corrupt"
    assert store["writable"] is False
    assert store["location"] == str(path)
    assert store["detail"]
    assert [entry["host"] for entry in value["entries"]] == ["b.example"]


def test_a_url_stored_as_a_host_is_masked(own_home: Path) -> None:
    write_credentials(
        own_home, {"https://u:canary@h.example/t/canary/c?k=canary": {"BearerToken": "canary"}}
    )
    for arguments in (["list"], ["list", "--json"], ["test", "https://h.example"]):
        done = run(*arguments)
        assert "canary" not in done.out + done.err


def test_files_are_left_as_they_are(own_home: Path) -> None:
    path = write_credentials(own_home, {"a.example": BASIC})
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
    for arguments in (["list"], ["stores"], ["test", "https://a.example"]):
        run(*arguments)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode) == before
    assert sorted(p.name for p in own_home.rglob("*")) == [".rattler", "credentials.json"]
