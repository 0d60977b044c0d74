"""Long work on a terminal: a line that says how far it is, and Ctrl+C that stops it in order."""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from workstation.base.jobs import Job, Progress

REDRAWN_EVERY_S = 0.1


@contextmanager
def terminal_job() -> Iterator[Job]:
    """A job with its progress on standard error, where that is a terminal; Ctrl+C cancels it, a second one interrupts.

    Used from the main thread, where signals arrive.
    """
    line = _Line()
    job = Job(on_progress=line.show)
    before = signal.getsignal(signal.SIGINT)

    def cancel(_signal: int, _frame: FrameType | None) -> None:
        job.cancel()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, cancel)
    try:
        yield job
    finally:
        signal.signal(signal.SIGINT, before)
        line.clear()


class _Line:
    """The last line of the terminal."""

    def __init__(self) -> None:
        self._is_seen = sys.stderr.isatty()
        self._drawn_at = float("-inf")

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._is_seen or now - self._drawn_at < REDRAWN_EVERY_S:
            return
        self._drawn_at = now
        of = f" of {progress.total}" if progress.total else ""
        doing = "".join(character if character.isprintable() else "?" for character in progress.doing)
        width = shutil.get_terminal_size().columns - 1
        self._write(f"{progress.done}{of} {doing}"[:width])

    def clear(self) -> None:
        if self._is_seen:
            self._write("")

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(f"\r\x1b[K{text}")
        sys.stderr.flush()
