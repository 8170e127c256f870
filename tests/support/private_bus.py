"""A D-Bus session bus of the tests' own, on which nothing starts by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile

from tests.support.closing import Closing

# No service folder is named, so that no installed keychain is started by a call. The limits are
# those of an ordinary session bus: dbus-daemon's built-in ones allow 128 waiting calls.
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={path}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
  <limit name="max_incoming_bytes">1000000000</limit>
  <limit name="max_outgoing_bytes">1000000000</limit>
  <limit name="max_message_size">1000000000</limit>
  <limit name="max_completed_connections">100000</limit>
  <limit name="max_connections_per_user">100000</limit>
  <limit name="max_replies_per_connection">50000</limit>
</busconfig>
"""


class PrivateBus(Closing):
    """A running dbus-daemon in a folder of its own, until it is closed."""

    def __init__(self) -> None:
        # A socket's path has at most 107 bytes, fewer than pytest's temporary folders leave.
        self.folder = tempfile.mkdtemp(prefix="authui-bus-", dir="/tmp")
        path = os.path.join(self.folder, "bus")
        self.address = f"unix:path={path}"
        config = os.path.join(self.folder, "bus.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(_CONFIG.format(path=path))
        self._daemon = subprocess.Popen(
            ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._daemon.stdout is not None
        if not self._daemon.stdout.readline():
            self.close()
            raise RuntimeError("dbus-daemon did not start")

    @property
    def pid(self) -> int:
        """The daemon's process id."""
        return self._daemon.pid

    def close(self) -> None:
        """End the bus and remove its folder."""
        end(self._daemon)
        shutil.rmtree(self.folder, ignore_errors=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that a test started, by force if it must be."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
