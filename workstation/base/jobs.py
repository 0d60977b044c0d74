"""Progress and cancel for everything that takes over half a second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from workstation.base.errors import CancelledError


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a job is: `done` of `total` steps (total None: unknown), and what it is doing."""

    done: int
    total: int | None
    doing: str


@dataclass(slots=True)
class Job:
    """Handed to long work: it reports progress and asks whether to stop. Safe to use from any thread."""

    on_progress: Callable[[Progress], None] = lambda _progress: None
    _cancelled: threading.Event = field(default_factory=threading.Event)

    def report(self, done: int, total: int | None, doing: str) -> None:
        """Tell how far the work is, and stop here when the user cancelled.

        Raises
        ------
        CancelledError
            When `cancel` was called.
        """
        if self._cancelled.is_set():
            raise CancelledError("cancelled")
        self.on_progress(Progress(done=done, total=total, doing=doing))

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()
