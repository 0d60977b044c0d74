"""The bottom line: teaches the keys, and says when the last act was saved."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout

from ui.actions import Context, hints, shown_keys
from ui.bridge.catalogue import Catalogue
from ui.panes.parts import clear, plain_label, row
from ui.theme import px, set_role


class FootBar(QFrame):
    """Keys on the left, saved state on the right."""

    def __init__(self, say: Catalogue) -> None:
        super().__init__()
        self._say = say
        set_role(self, role="footer")
        self._keys = QHBoxLayout()
        self._keys.setSpacing(px(5))
        self._taught = True
        self._saved_at: datetime | None = None
        self._waiting = False
        self.saved = plain_label(role="hint")
        self.setLayout(row(self._keys, None, self.saved, margins=(12, 4, 16, 4)))

    def teach(self, context: Context) -> None:
        """Show the keys that matter here."""
        clear(self._keys)
        if not self._taught:
            return
        for action in hints(context):
            self._keys.addWidget(plain_label(shown_keys(action, self._say.language), "key"))
            self._keys.addWidget(plain_label(self._say(f"hint.{action.id}"), "hint"))
            self._keys.addSpacing(px(8))

    def toggle(self, context: Context) -> None:
        """Hide the keys, or teach them again."""
        self._taught = not self._taught
        self.teach(context)

    def show_waiting(self, waiting: bool) -> None:
        """Text is written that is not on disk yet; or it is again as it was saved."""
        if waiting:
            set_role(self.saved, role="warning")
            self.saved.setText(self._say("saved.waiting"))
        elif self._waiting:
            self.show_saved(self._saved_at)
        self._waiting = waiting

    def show_saved(self, at: datetime | None) -> None:
        """The last act is on disk since `at`; None: nothing was done yet."""
        self._saved_at = at
        set_role(self.saved, role="hint")
        self.saved.setText(self._say("saved.at", time=f"{at.astimezone():%H:%M:%S}") if at else "")

    def show_unsaved(self) -> None:
        """The last act was not saved and does not count."""
        set_role(self.saved, role="warning")
        self.saved.setText(self._say("saved.not"))
