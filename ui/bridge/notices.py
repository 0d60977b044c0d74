"""Errors meet the window: every trouble becomes a notice that says what happened and what to do, and stays listed."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

from PySide6.QtCore import QObject, Signal

from ui.bridge.catalogue import Catalogue
from workstation.base.clock import Clock, utc_now
from workstation.base.errors import CancelledError, DiptychError, RefusedError, StoreError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A trouble as the reader sees it. Plain text throughout."""

    message: str
    details: tuple[str, ...] = ()
    at: datetime


class NoticeBook(QObject):
    """All notices of this run, newest last; `added` tells of each."""

    added = Signal(object)

    def __init__(self, say: Catalogue, now: Clock = utc_now) -> None:
        super().__init__()
        self._say = say
        self._now = now
        self.notices: list[Notice] = []

    def report(self, error: BaseException) -> None:
        """List the error in the reader's words; a cancelled job is no error."""
        if isinstance(error, CancelledError):
            return
        details = error.details if isinstance(error, RefusedError) else ()
        self.add(self._message(error), details)

    def add(self, message: str, details: tuple[str, ...] = ()) -> None:
        """List a message."""
        notice = Notice(message=message, details=details, at=self._now())
        self.notices.append(notice)
        self.added.emit(notice)

    def attempt(self, act: Callable[[], object]) -> bool:
        """Do something that the core may refuse; whether it was done. The screen is the caller's to leave unmade."""
        try:
            act()
        except DiptychError as error:
            self.report(error)
            return False
        return True

    def watch_for_the_unexpected(self) -> None:
        """Show exceptions that nobody caught instead of dying of them or hiding them."""
        sys.excepthook = self._unexpected

    def _unexpected(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.error("unexpected", exc_info=(kind, error, trace))
        self.report(error)

    def _message(self, error: BaseException) -> str:
        if isinstance(error, StoreError):
            return self._say("error.not_saved", what=str(error))
        if isinstance(error, DiptychError):
            return str(error)
        return self._say("error.unexpected", what=f"{type(error).__name__}: {error}")
