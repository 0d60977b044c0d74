"""Prepares the pixels of studies that wait to be read, one frame after another, behind everything else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from workstation.base.errors import DiptychError
from workstation.base.workers import WorkerPool
from workstation.dicom.pixels import TIME_LIMIT_S
from workstation.store.prepared import PreparedFrames

FrameFile = tuple[Path, int]
"""An archived file and the number of a frame in it, from 1."""


class Preparing:
    """A thread that goes through the wanted frames from the start whenever it is woken.

    Parameters
    ----------
    wanted : yields the frames worth preparing, most wanted first; called in the thread.
    """

    def __init__(self, prepared: PreparedFrames, wanted: Callable[[], Iterable[FrameFile]]) -> None:
        self._prepared = prepared
        self._wanted = wanted
        self._pool = WorkerPool(1)
        self._given_up: set[FrameFile] = set()
        self._lock = threading.Lock()
        self._woken, self._closed, self._idle = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="diptych-preparing", daemon=True)
        self._idle.set()
        self._thread.start()

    def wake(self) -> None:
        """Something else is wanted now."""
        with self._lock:
            self._idle.clear()
            self._woken.set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until nothing is left to be prepared; whether that came within the time."""
        return self._idle.wait(timeout_s)

    def close(self) -> None:
        """Stop at once; a frame half prepared is left out."""
        self._closed.set()
        self._woken.set()
        self._pool.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            if self._closed.is_set():
                return
            with suppress(DiptychError):  # the list cannot be read now; whoever needs it is told
                self._go_through()
            with self._lock:
                if not self._woken.is_set():
                    self._idle.set()

    def _go_through(self) -> None:
        """Prepare what is missing, until woken or until the budget is taken by what is wanted more."""
        taken = 0
        for path, frame in self._wanted():
            if self._woken.is_set() or taken >= self._prepared.budget_bytes:
                return
            if (path, frame) not in self._given_up and not self._prepared.holds(path, frame):
                if not self._prepared.has_room():
                    return
                self._prepare(path, frame)
            taken += self._prepared.keep(path, frame)

    def _prepare(self, path: Path, frame: int) -> None:
        argument = self._prepared.argument(path, frame)
        try:
            self._pool.call("workstation.store.prepared:prepare_in_worker", argument, time_limit_s=TIME_LIMIT_S)
        except DiptychError:
            self._given_up.add((path, frame))  # whoever opens the image is told what is wrong with it
