"""Taking a study over from another reader: only with a reason, which is recorded (S8)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from ui.bridge.catalogue import Catalogue
from ui.panes.parts import button, column, plain_label, row
from ui.theme import px


class TakeOverDialog(QDialog):
    """Says who holds the study and asks for the reason."""

    def __init__(self, parent: QWidget, say: Catalogue, message: str, done: Callable[[str], object]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._done = done
        self.setWindowTitle(say("take_over.title"))
        self.setMinimumWidth(px(480))
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(say("take_over.reason"))
        self._confirm = button(say("take_over.confirm"), self.accept, "go", focusable=True)
        self._confirm.setEnabled(False)
        self.reason.textChanged.connect(lambda words: self._confirm.setEnabled(bool(words.strip())))
        cancel = button(say("dialog.cancel"), self.reject, focusable=True)
        self.setLayout(
            column(
                plain_label(say("take_over.title"), "title"), plain_label(message, wrap=True), self.reason,
                row(None, cancel, self._confirm), spacing=14, margins=(22, 18, 22, 18),
            )
        )  # fmt: skip

    def accept(self) -> None:
        """Take over, when a reason is given."""
        if self.reason.text().strip():
            super().accept()
            self._done(self.reason.text().strip())
