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
from workstation.base.errors import BadInputError, CancelledError, DiptychError, RefusedError, StoreError, WorkerError

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
        message, details = self._told(error)
        self.add(message, details)

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

    def _told(self, error: BaseException) -> tuple[str, tuple[str, ...]]:
        """What happened and what to do in the window's language; the error's own words are a detail beneath."""
        match error:
            case RefusedError():
                return self.refusal(error), error.details
            case StoreError():
                what = "error.not_saved" if str(error).startswith("not saved") else "error.not_read"
                return f"{self._say(what)} {self._say(f'store.{error.why}')}", (str(error),)
            case BadInputError():
                return self._say("error.bad_input"), (str(error),)
            case WorkerError():
                return self._say("error.worker"), (str(error),)
            case DiptychError():
                return str(error), ()
            case _:
                return self._say("error.unexpected", what=f"{type(error).__name__}: {error}"), ()

    def refusal(self, error: RefusedError) -> str:
        """The rule in the window's language; a rule without a text of its own in the words that it came with."""
        try:
            return self._say(f"refused.{error.rule}", **error.values)
        except KeyError:
            return str(error)
