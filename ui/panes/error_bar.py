"""A line at the top of the window that says what happened and what to do; it never blocks the work."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel

from ui.bridge.notices import Notice
from ui.panes.parts import button, column, plain_label, row
from ui.theme import set_role


class ErrorBar(QFrame):
    """The newest notice, with its details listed; hidden until there is one."""

    def __init__(self) -> None:
        super().__init__()
        set_role(self, role="error")
        self.message: QLabel = plain_label(role="warning", wrap=True)
        self.details: QLabel = plain_label(wrap=True)
        close = button("✕", self.hide, "quiet")
        words = column(self.message, self.details, spacing=3)
        line = row(margins=(16, 8, 10, 8))
        line.addLayout(words, 1)
        line.addWidget(close)
        self.setLayout(line)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Say it."""
        self.message.setText(notice.message)
        self.details.setText("\n".join(f"– {line}" for line in notice.details))
        self.details.setVisible(bool(notice.details))
        self.show()
