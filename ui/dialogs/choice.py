"""A numbered list over the reading room: a digit chooses. Part of the window, free of the platform's popups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ui.panes.parts import button, clear, column, frame, plain_label
from ui.theme import px, set_role

WIDTH, TOP = 430, 120
"""No wider than the dock, which it covers, and below the banner."""
Chosen = Callable[[int], object]


class ChoicePanel(QWidget):
    """Asks for one of a few things. While it is open every key is its own.

    Parameters
    ----------
    parent : the widget in whose right upper corner it opens, beside the images.

    Signals
    -------
    closed : something was chosen, or the reader backed out.
    """

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._title = plain_label(role="title", wrap=True)
        self._hint = plain_label(role="small", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(2))
        box = frame("popover")
        box.setLayout(column(self._title, self._list, self._hint, spacing=10, margins=(18, 16, 18, 14)))
        self.setLayout(column(box))
        self._buttons: list[QPushButton] = []
        self._at = 0
        self._then: Chosen = lambda _at: None
        self.hide()

    def ask(self, title: str, options: Sequence[str], hint: str, then: Chosen) -> None:
        """Open; `then` gets the index of what was chosen, nothing when the reader backs out."""
        self._title.setText(title)
        self._hint.setText(hint)
        self._then, self._at = then, 0
        clear(self._list)
        self._buttons = [
            button(_numbered(at, words), partial(self._choose, at), "row") for at, words in enumerate(options)
        ]
        for made in self._buttons:
            self._list.addWidget(made)
        self._mark()
        self.window().setFocus()
        self.setFixedWidth(px(WIDTH))
        self.show()
        self.adjustSize()
        self.move(self._over.width() - self.width(), px(TOP))
        self.raise_()

    @property
    def options(self) -> tuple[str, ...]:
        """What can be chosen, as shown."""
        return tuple(made.text() for made in self._buttons)

    def take_key(self, key: str) -> bool:
        """Digits choose, arrows and Enter too, Esc closes."""
        if key == "Esc":
            self.hide()
        elif key in ("Up", "Down", "Tab", "Shift+Tab"):
            self._at = (self._at + (1 if key in ("Down", "Tab") else -1)) % len(self._buttons)
            self._mark()
        elif key in ("Return", "Space"):
            self._choose(self._at)
        elif key.isdigit() and 0 < int(key) <= len(self._buttons):
            self._choose(int(key) - 1)
        return True

    def hideEvent(self, event: QHideEvent) -> None:
        """Whatever closed it."""
        super().hideEvent(event)
        self.closed.emit()

    def _choose(self, at: int) -> None:
        self.hide()
        self._then(at)

    def _mark(self) -> None:
        for at, made in enumerate(self._buttons):
            set_role(made, chosen=at == self._at)


def _numbered(at: int, words: str) -> str:
    # "&" would make the next letter a mnemonic and vanish
    return f"{at + 1}    {words}".replace("&", "&&") if at < 9 else words.replace("&", "&&")
