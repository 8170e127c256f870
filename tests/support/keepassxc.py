"""A real KeePassXC without a screen, as the Secret Service of a private bus.

Each database exposes its root group. Databases are opened through the program's own D-Bus method:
the option that reads a password from standard input crashes some versions at start.
"""

from __future__ import annotations

import base64
import os
import subprocess
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from jeepney import DBusAddress  # type: ignore[import-untyped]

from tests.support.closing import Closing
from tests.support.private_bus import PrivateBus
from tests.support.screen import Screen
from tests.support.secret_service_client import SecretServiceClient, until

PACKAGES = {"keepassxc": "keepassxc", "keepassxc-cli": "keepassxc", "dbus-daemon": "dbus"}

_WINDOW = "org.keepassxc.KeePassXC.MainWindow"
_PROGRAM = DBusAddress("/keepassxc", bus_name=_WINDOW, interface=_WINDOW)
PASSWORD = "pw"

_SETTINGS = """[General]
ConfigVersion=2
UpdateCheckMessageShown=true
SingleInstance=false
AutoSaveAfterEveryChange={autosave}
AutoSaveOnExit=false

[GUI]
CheckForUpdates=false

[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmDeleteItem={confirm_delete}
ConfirmAccessItem={confirm}
UnlockBeforeSearch={unlock_first}
"""

# A protected attribute can only be made here: the Secret Service has no notion of it.
_ENTRY = """<Entry><UUID>{uuid}</UUID>
<String><Key>Title</Key><Value>{host}</Value></String>
<String><Key>Password</Key><Value ProtectInMemory="True">{secret}</Value></String>
<String><Key>service</Key><Value>rattler</Value></String>
<String><Key>username</Key><Value ProtectInMemory="{protected}">{host}</Value></String>
</Entry>"""

_DATABASE = """<?xml version="1.0" encoding="UTF-8"?>
<KeePassFile><Meta><DatabaseName>{name}</DatabaseName><RecycleBinEnabled>False</RecycleBinEnabled>
<CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{{{group}}}</Value></Item></CustomData>
</Meta><Root><Group><UUID>{group64}</UUID><Name>Root</Name>{entries}</Group></Root></KeePassFile>"""


@dataclass(frozen=True)
class Seed:
    """An entry of rattler's that a database has from the start."""

    host: str
    secret: str
    protected: bool = False


@dataclass(frozen=True)
class Database:
    """A database: one collection. A locked one is shown but not opened."""

    name: str
    seeds: Sequence[Seed] = ()
    locked: bool = False


class KeePassXC(Closing):
    """A running KeePassXC; the last database is the default collection.

    `confirm` asks before a program other than its maker reads an item. `unlock_first` is the
    program's default: a search opens a window while every database is locked. `confirm_delete`
    asks before an item is deleted. `autosave` is the program's default. Its windows open on the `screen`, of none nobody sees any.
    """

    def __init__(
        self,
        databases: Sequence[Database] = (Database("one"), Database("two")),
        *,
        confirm: bool = False,
        unlock_first: bool = False,
        confirm_delete: bool = False,
        autosave: bool = False,
        screen: Screen | None = None,
    ) -> None:
        self._screen = screen
        self.bus = PrivateBus()
        self.address = self.bus.address
        self._folder = os.path.join(self.bus.folder, "home")
        settings = os.path.join(self._folder, ".config", "keepassxc")
        os.makedirs(settings)
        os.mkdir(os.path.join(self._folder, "run"), 0o700)
        self._program: subprocess.Popen[bytes] | None = None
        self.client = SecretServiceClient(self.address)
        try:
            with open(os.path.join(settings, "keepassxc.ini"), "w", encoding="utf-8") as file:
                text = _SETTINGS.format(
                    confirm=confirm,
                    unlock_first=unlock_first,
                    confirm_delete=confirm_delete,
                    autosave=autosave,
                )
                file.write(text.replace("=True", "=true").replace("=False", "=false"))
            self._start(databases)
        except BaseException:
            self.close()
            raise

    def _start(self, databases: Sequence[Database]) -> None:
        self._databases = [(database, self._create(database)) for database in databases]
        self._open()

    def _open(self) -> None:
        self._program = subprocess.Popen(
            ["keepassxc"],
            env=self._variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        client = self.client
        until("KeePassXC's window", lambda: client.owned(_WINDOW))
        until("KeePassXC's Secret Service", client.owned)
        for count, (database, path) in enumerate(self._databases, 1):
            if database.locked:
                client.send(_PROGRAM, "openDatabase", "s", path)
            else:
                client.send(_PROGRAM, "openDatabase", "ss", path, PASSWORD)
            self._until_served(database, count)

    def kill(self) -> None:
        """End it at once, so that it saves nothing more."""
        assert self._program is not None
        self._program.kill()
        self._program.wait()
        until("KeePassXC's end", lambda: not self.client.owned())

    def open_again(self) -> None:
        """Start it anew on the databases as they were saved."""
        self._open()

    def _until_served(self, database: Database, count: int) -> None:
        def served() -> bool:
            collections = self.client.collections()
            return len(collections) >= count and (
                database.locked or not self.client.locked(self.collection(database.name))
            )

        until(f"the database {database.name}", served)

    def collection(self, name: str) -> str:
        """The path of a database's collection."""
        return f"/org/freedesktop/secrets/collection/{name}"

    def _create(self, database: Database) -> str:
        group = uuid.uuid4()
        entries = "".join(
            _ENTRY.format(
                uuid=base64.b64encode(uuid.uuid4().bytes).decode(),
                host=escape(seed.host),
                secret=escape(seed.secret),
                protected=seed.protected,
            )
            for seed in database.seeds
        )
        xml = os.path.join(self._folder, f"{database.name}.xml")
        with open(xml, "w", encoding="utf-8") as file:
            file.write(
                _DATABASE.format(
                    name=database.name,
                    group=group,
                    group64=base64.b64encode(group.bytes).decode(),
                    entries=entries,
                )
            )
        path = os.path.join(self._folder, f"{database.name}.kdbx")
        subprocess.run(
            ["keepassxc-cli", "import", "-q", "-p", "-t", "100", xml, path],
            input=f"{PASSWORD}\n{PASSWORD}\n".encode(),
            env=self._variables(),
            check=True,
            capture_output=True,
        )
        return path

    def _variables(self) -> dict[str, str]:
        screen = {"QT_QPA_PLATFORM": "offscreen"}
        if self._screen is not None:
            screen = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": self._screen.name}
        return {
            **screen,
            "PATH": os.environ["PATH"],
            "HOME": self._folder,
            "TMPDIR": self._folder,
            "XDG_RUNTIME_DIR": os.path.join(self._folder, "run"),
            "DBUS_SESSION_BUS_ADDRESS": self.address,
            "LC_ALL": "C.UTF-8",
        }

    def close(self) -> None:
        """End program and bus; by force, since it would ask whether to save."""
        self.client.close()
        if self._program is not None:
            self._program.kill()
            self._program.wait()
        self.bus.close()
