"""A Qt application for work without a window: PDF and PNG need fonts, not a screen."""

from __future__ import annotations

import os
import sys

from PySide6.QtGui import QGuiApplication

from ui import fonts


def gui_application() -> QGuiApplication:
    """The running application, else one on the off-screen platform."""
    existing = QGuiApplication.instance()
    if isinstance(existing, QGuiApplication):
        return existing
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication(sys.argv[:1])
    fonts.load()
    return application
