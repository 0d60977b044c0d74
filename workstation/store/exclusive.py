"""One program at a time on one home (R19)."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from workstation.base.errors import RefusedError
from workstation.store.disk import not_saved


class HomeLock:
    """Held from construction to `release`; the system frees it when the program dies, however it dies.

    Raises
    ------
    RefusedError
        Rule "home-in-use": another program holds it.
    StoreError
        The lock file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise not_saved(error) from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise RefusedError(
                "home-in-use",
                f"Another Diptych is working with {path.parent}. Switch to its window, or close it and try again; "
                "to work beside it, choose another folder with --home.",
            ) from error

    def release(self) -> None:
        """Let the next program in."""
        os.close(self._descriptor)


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
