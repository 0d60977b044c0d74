"""The Qt application of the window."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from ui import theme
from workstation.app import Workstation
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
