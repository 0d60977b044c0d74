"""Long work of the core in a thread of its own; progress, cancel and the result come back to the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtWidgets import QWidget

from ui.bridge.notices import NoticeBook
from ui.dialogs.progress import ProgressDialog
from workstation.base.jobs import Job

T = TypeVar("T")


class _Running(QObject):
    """One job: signals cross from its thread to the window's."""

    progressed = Signal(object)
    ended = Signal(object)


class JobRunner(QObject):
    """Starts jobs one after another and delivers their results.

    Parameters
    ----------
    window : parent of the progress dialogs.
    notices : where a job's error is reported.
    """

    def __init__(self, window: QWidget, notices: NoticeBook) -> None:
        super().__init__(window)
        self._window = window
        self._notices = notices
        # Qt's threads, not Python's: laying out a document needs Qt's event dispatcher in its thread
        self._threads = QThreadPool(self)
        self._threads.setMaxThreadCount(1)
        self._jobs: set[_Running] = set()
        self._cancels: dict[_Running, Job] = {}

    @property
    def busy(self) -> bool:
        """Whether a job is under way."""
        return bool(self._jobs)

    def start(self, title: str, cancel_text: str | None, work: Callable[[Job], T], done: Callable[[T], None], *,
              wanted: Callable[[], bool] = lambda: True,
              failed: Callable[[], None] = lambda: None) -> None:  # fmt: skip
        """Run `work` in the background and `done` with its result in the window's thread.

        Parameters
        ----------
        title : what the progress dialog says; it appears after half a second.
        cancel_text : of the button that stops the work; None for work that never asks whether to stop.
        wanted : asked when the result is there; a result that nobody waits for any more is dropped (R1).
        failed : called after an error was reported or the job was cancelled.
        """
        running = _Running(self)
        job = Job(on_progress=running.progressed.emit)
        dialog = ProgressDialog(self._window, title, cancel_text, job.cancel)
        running.progressed.connect(dialog.show_progress, Qt.ConnectionType.QueuedConnection)

        def deliver(future: Future[T]) -> None:
            self._jobs.discard(running)
            self._cancels.pop(running, None)
            dialog.finish()
            running.deleteLater()
            error = future.exception()
            if error is not None:
                self._notices.report(error)
                failed()
            elif wanted():
                done(future.result())

        running.ended.connect(deliver, Qt.ConnectionType.QueuedConnection)
        self._jobs.add(running)
        self._cancels[running] = job
        self._threads.start(lambda: running.ended.emit(_outcome(work, job)))

    def cancel(self) -> None:
        """Ask what runs to stop at its next step."""
        for job in self._cancels.values():
            job.cancel()

    def close(self) -> None:
        """Cancel what runs and wait for it."""
        self.cancel()
        self._threads.waitForDone()


def _outcome(work: Callable[[Job], T], job: Job) -> Future[T]:
    future: Future[T] = Future()
    try:
        future.set_result(work(job))
    except BaseException as error:
        future.set_exception(error)
    return future
