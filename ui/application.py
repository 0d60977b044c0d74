"""The Qt application of the window."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QDialog

from ui import theme
from ui.bridge.catalogue import Catalogue
from ui.bridge.notices import NoticeBook
from ui.panes.parts import button, column, plain_label, row
from ui.theme import px
from workstation.app import Workstation
from workstation.base.errors import DiptychError
from workstation.base.jobs import Job


def application() -> QApplication:
    """The running application, else a new one, dressed in the theme."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    made = QApplication(sys.argv[:1])
    made.setApplicationName("Diptych")
    theme.apply(made)
    return made


def run_window(workstation: Workstation, prepare: Callable[[Job], None] | None = None) -> int:
    """Show the main window until it is closed, `prepare` done behind it; the exit status."""
    from ui.main_window import open_window

    application()
    return open_window(workstation, prepare)


def failure_box(error: DiptychError, language: str) -> QDialog:
    """A plain box that says why the window cannot be opened, and what to do."""
    application()
    say = Catalogue(language)
    book = NoticeBook(say)
    book.report(error)
    (notice,) = book.notices
    box = QDialog()
    box.setWindowTitle(say("failure.title"))
    box.setMinimumWidth(px(520))
    close = button(say("dialog.close"), box.accept, focusable=True)
    close.setDefault(True)
    title, message = plain_label(say("failure.title"), "title"), plain_label(notice.message, wrap=True)
    details = plain_label("\n".join(notice.details), "small", wrap=True)
    box.setLayout(column(title, message, details, row(None, close), spacing=14, margins=(24, 20, 24, 18)))
    return box


def show_failure(error: DiptychError, language: str) -> None:
    """Show the box until it is closed."""
    failure_box(error, language).exec()
