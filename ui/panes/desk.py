"""What lies on the reader's desk: the open reading, the finding pointed at, and how an act is kept before it shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from ui.bridge.notices import NoticeBook
from workstation.app import OpenReading
from workstation.model.identity import FindingID
from workstation.model.result import Finding
from workstation.reading.context import ReadingContext
from workstation.reading.session import ReadingSession
from workstation.reading.state import ReadingState


class Desk(QObject):
    """One reading at a time; the only way of an act to the session.

    Signals
    -------
    saved : (datetime | None) the last act is on disk since then.
    unsaved : an act was not kept.
    changed : an act was kept; the panes have to show it.
    """

    saved = Signal(object)
    unsaved = Signal()
    changed = Signal()

    def __init__(self, notices: NoticeBook) -> None:
        super().__init__()
        self.notices = notices
        self.current: FindingID | None = None
        self.keep_text: Callable[[], bool] = lambda: True
        """Saves what is being written in the protocol; whether it is saved."""
        self._reading: OpenReading | None = None

    @property
    def reading(self) -> OpenReading:
        """The open reading.

        Raises
        ------
        RuntimeError
            When the desk is empty: acts of the room mean nothing then, so that this is an error of ours.
        """
        if self._reading is None:
            raise RuntimeError("no reading is open")
        return self._reading

    @property
    def is_open(self) -> bool:
        """Whether there is a reading."""
        return self._reading is not None

    @property
    def context(self) -> ReadingContext:
        """What is read."""
        return self.reading.context

    @property
    def session(self) -> ReadingSession:
        """Where acts go."""
        return self.reading.session

    @property
    def state(self) -> ReadingState:
        """How the reading stands."""
        return self.session.state

    @property
    def finding(self) -> Finding | None:
        """The finding pointed at, when it is one of the AI's."""
        return self.context.finding(self.current) if self._reading is not None and self.current is not None else None

    def lay(self, reading: OpenReading) -> None:
        """Take a reading up."""
        self._reading, self.current = reading, None
        self.saved.emit(self._last_saved())

    def put_away(self) -> None:
        """Save what is being written, and free a study that is left unfinished for others (S8)."""
        if self._reading is None:
            return
        self.keep_text()
        if self.state.held:
            self.notices.attempt(self.session.release)
        self._reading, self.current = None, None

    def do(self, act: Callable[[], object]) -> bool:
        """An act of the reader: kept, then shown; or reported, and the screen stays as it was (S4).

        What is being written in the protocol is kept before, so that no new draft can wash it away.
        """
        done = self.keep_text() and self.attempt(act)
        if done:
            self.changed.emit()
        return done

    def attempt(self, act: Callable[[], object]) -> bool:
        """An act that is kept or reported, and shown later."""
        done = self.notices.attempt(act)
        if done:
            self.saved.emit(self._last_saved())
        else:
            self.unsaved.emit()
        return done

    def _last_saved(self) -> datetime | None:
        entries = self.session.entries
        return entries[-1].at if entries else None
