"""Small parts that every pane is made of. Text from data is always plain text (R36)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import px, set_role

Box = TypeVar("Box", bound=QBoxLayout)
Item = QWidget | QLayout | int | None
Margins = tuple[float, float, float, float]


def plain_label(words: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A label that shows its text as it is: no markup, no links."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(words)
    label.setWordWrap(wrap)
    if role:
        set_role(label, role=role)
    return label


class ElidedLabel(QLabel):
    """A plain label that gives way: what does not fit ends in "…" and stands in full in the tooltip."""

    def __init__(self, role: str = "") -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._full = ""
        if role:
            set_role(self, role=role)

    def show_text(self, words: str) -> None:
        """Show `words`, as many as fit."""
        self._full = words
        self._fit()

    def sizeHint(self) -> QSize:
        """Room for the whole text."""
        hint = super().sizeHint()
        return QSize(self.fontMetrics().horizontalAdvance(self._full) + px(4), hint.height())

    def resizeEvent(self, _event: QResizeEvent) -> None:
        """Fit again."""
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip(plain_tooltip(self._full) if shown != self._full else "")


def plain_tooltip(words: str) -> str:
    """Tooltip text that Qt will not take for markup: it decides by the first tag, so angle brackets are replaced."""
    return words.replace("<", "‹").replace(">", "›")


def button(words: str, run: Callable[[], object], role: str = "", *, focusable: bool = False) -> QPushButton:
    """A flat button; by default it does not take the focus, so that keys keep meaning actions."""
    made = QPushButton(words)
    made.clicked.connect(lambda _checked=False: run())
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus if focusable else Qt.FocusPolicy.NoFocus)
    if role:
        set_role(made, role=role)
    return made


def frame(role: str) -> QFrame:
    """An empty styled frame."""
    made = QFrame()
    set_role(made, role=role)
    return made


def row(*items: Item, spacing: float = 8, margins: Margins = (0, 0, 0, 0)) -> QHBoxLayout:
    """Items side by side; None is stretch, a number a gap in design pixels."""
    return _fill(QHBoxLayout(), items, spacing, margins)


def column(*items: Item, spacing: float = 8, margins: Margins = (0, 0, 0, 0)) -> QVBoxLayout:
    """Items one below the other; None is stretch, a number a gap in design pixels."""
    return _fill(QVBoxLayout(), items, spacing, margins)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let go of it."""
    while (item := layout.takeAt(0)) is not None:
        inner, widget = item.layout(), item.widget()
        if inner is not None:
            clear(inner)
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()


def _fill(layout: Box, items: tuple[Item, ...], spacing: float, margins: Margins) -> Box:
    layout.setSpacing(px(spacing))
    layout.setContentsMargins(*(px(margin) for margin in margins))
    for item in items:
        if item is None:
            layout.addStretch(1)
        elif isinstance(item, int):
            layout.addSpacing(px(item))
        elif isinstance(item, QLayout):
            layout.addLayout(item)
        else:
            layout.addWidget(item)
    return layout
