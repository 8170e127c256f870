"""The command line as it is used on Windows: processes, pipes, UTF-8, and spaces in paths."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.credential_manager import everything, put
from tests.windows.command import authui, finish, surroundings
from tests.windows.judge import WindowsJudge, kept

NAME = "Jürgen ☃ 日本"


@pytest.fixture
def folder(own_home: Path) -> Path:
    """A folder with everything in its name that a path of a user may have."""
    path = own_home / "Eigene Größe & (neu) ☃"
    path.mkdir()
    return path


def write(path: Path, entries: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")


def test_from_nothing_to_a_credential_and_back(judge: WindowsJudge) -> None:
    done = authui("list", "--json")
    assert (done.status, done.object["entries"], done.err) == (0, [], "")
    done = authui("test", "http://bücher.test/c", "--json")
    assert done.status == 3
    done = authui(
        "set", "xn--bcher-kva.test", "--kind", "BasicHTTP", "--username", NAME, "--json",
        given="pässwörd ☃",
    )  # fmt: skip
    assert (done.status, done.object["store"], done.object["created"]) == (0, "keychain", True)
    assert "pässwörd" not in done.out + done.err
    done = authui("list", "--json")
    assert [entry["username"] for entry in done.object["entries"]] == [NAME]
    done = authui("test", "http://bücher.test/c/noarch/repodata.json", "--json", "--reveal")
    sent = judge.ask("http://bücher.test/c")
    (result,) = done.object["results"]
    assert (done.status, result["match"]["store"]) == (0, "keychain")
    assert sent.authorization is not None
    assert result["request"] == {"url": sent.url, "authorization": sent.authorization}
    done = authui("rename", "xn--bcher-kva.test", "*.h.test", "--json")
    assert done.status == 0
    assert judge.ask("http://h.test/c").authorization == sent.authorization
    done = authui("remove", "*.h.test", "--yes", "--json")
    assert (done.status, done.object["results"][0]["removed"]) == (0, True)
    assert everything() == []
    assert authui("remove", "*.h.test", "--yes").status == 3


def test_other_letters_on_the_screen_are_utf8() -> None:
    put(kept("bücher.test", '{"BearerToken":"t"}'))
    put(kept("☃.日本", '{"BearerToken":"t"}'))
    done = authui("list")
    assert [line.split()[0] for line in done.out.splitlines()[1:]] == ["bücher.test", "☃.日本"]
    done = authui("remove", "☃.日本", "--yes")
    assert (done.status, "☃.日本" in done.out + done.err) == (0, True)
    assert [item.target for item in everything()] == ["bücher.test.rattler"]


def test_the_stores_of_windows_in_their_order(folder: Path, own_home: Path) -> None:
    done = authui("stores", "--json", RATTLER_AUTH_FILE=str(folder / "auth.json"))
    assert done.status == 0
    stores = {store["id"]: store for store in done.object["stores"]}
    assert list(stores) == ["auth-file", "keychain", "file", "netrc"]
    assert stores["keychain"]["name"] == "Windows Credential Manager"
    assert (stores["keychain"]["state"], stores["keychain"]["writable"]) == ("ok", True)
    assert stores["auth-file"]["location"] == str(folder / "auth.json")
    assert stores["file"]["location"] == str(own_home / ".rattler" / "credentials.json")
    assert stores["netrc"]["location"] == str(own_home / "_netrc")
    told = authui("stores", RATTLER_AUTH_FILE=str(folder / "auth.json"))
    assert (told.status, "Größe" in told.out) == (0, True)


def test_files_with_spaces_and_other_letters_in_their_path(
    judge: WindowsJudge, folder: Path
) -> None:
    path = folder / "meine schlüssel.json"
    given = '{"BearerToken":"é☃"}'
    done = authui(
        "set", "h.test", "--json-stdin", "--store", "auth-file",
        given=given, cwd=str(folder), RATTLER_AUTH_FILE=str(path),
    )  # fmt: skip
    assert (done.status, str(path) in done.err) == (0, True)
    assert path.read_bytes() == f'{{"h.test":{given}}}'.encode()
    assert judge.ask("http://h.test/c", RATTLER_AUTH_FILE=str(path)).authorization == "Bearer é☃"
    done = authui("--auth-file", "meine schlüssel.json", "list", "--json", cwd=str(folder))
    assert [entry["store"] for entry in done.object["entries"]] == ["override-file"]
    assert done.object["stores"][0]["location"] == str(path)


def test_the_file_moves_into_credential_manager(judge: WindowsJudge, own_home: Path) -> None:
    path = own_home / ".rattler" / "credentials.json"
    entries = {
        "*.h.test": {"BearerToken": "bearer-é☃"},
        "basic.test": {"BasicHTTP": {"username": NAME, "password": "p"}},
        "conda.test": {"CondaToken": "conda"},
        "long.test": {"BearerToken": "x" * 2000},
        "bucket": {"S3Credentials": {"access_key_id": "KEY", "secret_access_key": "s"}},
    }
    write(path, entries)
    urls = ["http://h.test/c", "http://basic.test/c", "http://conda.test/c", "http://long.test/c"]
    before = [judge.ask(url) for url in urls]
    plan = authui("migrate", "--json")
    assert (plan.status, plan.object["applied"], everything()) == (0, False, [])
    done = authui("migrate", "--apply", "--json")
    steps = {step["host"]: step for step in done.object["steps"]}
    assert {host for host in steps if steps[host]["status"] == "done"} == set(entries) - {
        "long.test"
    }
    assert "2,560" in steps["long.test"]["detail"]
    assert {item.target for item in everything()} == {
        f"{host}.rattler" for host in entries if host != "long.test"
    }
    left = json.loads(path.read_text(encoding="utf-8"))
    assert left == {"long.test": entries["long.test"]}
    assert [judge.ask(url) for url in urls] == before
    back = authui("migrate", "--from", "keychain", "--to", "file", "--apply", "--json")
    assert back.status == 0
    assert everything() == []
    assert [judge.ask(url) for url in urls] == before


def test_the_audit_of_nothing_and_of_a_broken_file(own_home: Path) -> None:
    done = authui("audit", "--json")
    assert (done.status, done.object["findings"]) == (0, [])
    path = own_home / ".rattler" / "credentials.json"
    path.parent.mkdir()
    path.write_bytes(b"\xef\xbb\xbf{}")
    done = authui("audit", "--json")
    assert done.status == 4
    assert "A1" in {finding["rule"] for finding in done.object["findings"]}
    assert authui("list").status == 5


def test_words_for_a_credential_that_is_too_long() -> None:
    put(kept("h.test", '{"BearerToken":"old"}'))
    done = authui("set", "h.test", "--kind", "BearerToken", "--force", given="x" * 1300)
    assert done.status == 1
    assert "2,560" in done.err
    assert "rattler goes on using it" in done.err
    assert [item.blob for item in everything()] == ['{"BearerToken":"old"}'.encode("utf-16-le")]


def test_exit_statuses() -> None:
    assert authui("--version").status == 0
    assert authui("nonsense").status == 2
    assert authui("test", "http://[/").status == 2
    assert authui("set", "h.test", "--kind", "BearerToken").status == 2
    assert authui().status == 1
    assert authui("--demo", "list").status == 0


def test_in_a_line_of_the_shell_of_windows(folder: Path) -> None:
    """As it is typed: a pipe, quotes, and a path with spaces."""
    (folder / "ein geheimnis.txt").write_text("shell", encoding="utf-8")
    line = (
        f'type "ein geheimnis.txt" | "{sys.executable}" -m authui set h.test --kind BearerToken'
        f' && "{sys.executable}" -m authui test --reveal http://h.test/'
    )
    done = finish(
        subprocess.Popen(
            line,
            shell=True,
            cwd=folder,
            env=surroundings(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    )
    assert (done.status, "Bearer shell" in done.out) == (0, True), done
