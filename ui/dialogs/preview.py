"""How the protocol will look on paper."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QDialog, QTextEdit, QWidget

from ui.panes.parts import button, column, row
from ui.theme import px

PAPER = "QTextEdit { background: #ffffff; border: none; border-radius: 2px; padding: 0; }"


class PreviewDialog(QDialog):
    """The composed document on white; read only."""

    def __init__(self, parent: QWidget, title: str, close: str, document: QTextDocument) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._page = QTextEdit()
        self._page.setReadOnly(True)
        self._page.setStyleSheet(PAPER)
        self._page.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        document.setParent(self._page)
        document.setDocumentMargin(px(44))
        self._page.setDocument(document)
        self.setLayout(
            column(
                self._page, row(None, button(close, self.accept, focusable=True)), spacing=12, margins=(18, 18, 18, 14)
            )
        )
        self.resize(px(760), min(px(1000), parent.height() - px(40)))

    def words(self) -> str:
        """The text of the page."""
        return self._page.toPlainText()
