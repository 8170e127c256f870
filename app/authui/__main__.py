"""Starts the program: `python -m authui` and the `authui` command."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """Run the command line of this process and return its exit status."""
    # A command lives for a moment: collecting while modules load is a tenth of its time. The
    # screen turns it on again.
    gc.disable()
    try:
        from authui.cli.main import main as run

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # while the program is still being imported
        return 130
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(main())
