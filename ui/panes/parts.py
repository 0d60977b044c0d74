"""Small parts that every pane is made of. Text from data is always plain text (R36)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

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


class CountButton(QPushButton):
    """A row of a side list: a name on the left, a number on the right."""

    def __init__(self, run: Callable[[], object]) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(lambda _checked=False: run())
        set_role(self, role="row")
        self.name = plain_label()
        self.count = plain_label(role="count")
        self.setLayout(row(self.name, None, self.count, margins=(10, 0, 10, 0)))
        self.setMinimumHeight(px(34))

    def tell(self, name: str, count: str, *, urgent: bool = False) -> None:
        """Show name and number; an urgent number is amber."""
        self.name.setText(name)
        self.count.setText(count)
        set_role(self.count, urgent=urgent)
        self.setAccessibleName(f"{name} {count}")


class TwoLineButton(QPushButton):
    """What it does, and beneath it, as long as it takes, what stands in the way."""

    def __init__(self, run: Callable[[], object]) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.clicked.connect(lambda _checked=False: run())
        self.title = plain_label(role="strong")
        self.detail = plain_label(role="small", wrap=True)
        for label in (self.title, self.detail):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lines = column(self.title, self.detail, spacing=2, margins=(12, 9, 12, 9))
        self.setLayout(self._lines)

    def tell(self, title: str, detail: str, role: str) -> None:
        """Show both lines in the style of `role`."""
        self.title.setText(title)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))
        self.setAccessibleName(f"{title} {detail}".strip())
        set_role(self, role=role)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as the lines at this width."""
        width = max(self.width(), px(200))
        return QSize(width, max(self._lines.heightForWidth(width), self._lines.sizeHint().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The detail wraps anew."""
        super().resizeEvent(event)
        self.setMinimumHeight(self.sizeHint().height())


class FittingScroll(QScrollArea):
    """Scrolls up and down only, and asks for just the height of what is in it."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_role(inside, role="panel")
        set_role(self.viewport(), role="panel")

    def sizeHint(self) -> QSize:
        """As high as the content at this width."""
        inside = self._inside
        wrapped = inside.heightForWidth(self.viewport().width()) if inside.hasHeightForWidth() else 0
        return QSize(px(200), max(wrapped, inside.sizeHint().height()) + px(2))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ask anew when the content changes its mind."""
        if watched is self._inside and event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width, another height."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()


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
            discard(widget)


def discard(widget: QWidget) -> None:
    """Take a widget away for good."""
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
