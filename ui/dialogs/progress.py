"""Progress and cancel for a job that takes longer than half a second."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ui.panes.parts import plain_label
from ui.theme import px
from workstation.base.jobs import Progress

APPEARS_AFTER_MS = 500


class ProgressDialog(QDialog):
    """Says what the job is doing; keys and clicks wait while it is there.

    Parameters
    ----------
    cancel_text : of the button that stops the job; None for a job that nothing can stop.
    """

    def __init__(self, parent: QWidget, title: str, cancel_text: str | None, cancel: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setWindowTitle(title)
        self.setMinimumWidth(px(460))
        self._cancel = cancel if cancel_text is not None else None
        self._doing = plain_label("", "dim")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(22), px(18), px(22), px(16))
        column.setSpacing(px(12))
        column.addWidget(plain_label(title, "title"))
        column.addWidget(self._doing)
        column.addWidget(self._bar)
        if cancel_text is not None:
            stop = QPushButton(cancel_text)
            stop.clicked.connect(self.reject)
            buttons = QHBoxLayout()
            buttons.addStretch()
            buttons.addWidget(stop)
            column.addLayout(buttons)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.show)
        self._timer.start(APPEARS_AFTER_MS)

    def show_progress(self, progress: Progress) -> None:
        """Show how far it is."""
        self._doing.setText(progress.doing)
        self._bar.setRange(0, progress.total or 0)
        self._bar.setValue(progress.done)

    def finish(self) -> None:
        """The job is over."""
        self._timer.stop()
        self.hide()
        self.deleteLater()

    def reject(self) -> None:
        """Ask the job to stop; the dialog goes when it has stopped."""
        if self._cancel is not None:
            self._cancel()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing is cancelling."""
        self.reject()
        event.ignore()
