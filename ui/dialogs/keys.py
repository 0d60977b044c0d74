"""F1: every key, made from the actions."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.actions import Action, Group, grouped, shown_keys
from ui.bridge.catalogue import Catalogue
from ui.panes.parts import column, plain_label, row
from ui.theme import px, set_role

_COLUMNS: tuple[tuple[Group, ...], ...] = (
    ("steps", "findings", "assessment"),
    ("protocol", "image", "worklist", "program"),
)


class KeysDialog(QDialog):
    """The key map on one page; any of Esc, F1 and Enter closes it."""

    def __init__(self, parent: QWidget, say: Catalogue) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._say = say
        self.setWindowTitle(say("keys.title"))
        groups = dict(grouped())
        columns = row(spacing=44)
        for names in _COLUMNS:
            lines = QVBoxLayout()
            lines.setSpacing(px(4))
            for name in names:
                lines.addWidget(plain_label(say(f"keys.group.{name}"), "heading"))
                lines.addLayout(self._grid([(self._keys_of(action), say(action.title_key)) for action in groups[name]]))
                if name in ("assessment", "image"):
                    words = {"assessment": "keys.assessment", "image": "keys.mouse"}[name]
                    lines.addWidget(plain_label(say(words), "small", wrap=True))
                lines.addSpacing(px(12))
            lines.addStretch(1)
            columns.addLayout(lines, 1)
        inside = QWidget()
        set_role(inside, role="panel")
        inside.setLayout(columns)
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        title = plain_label(say("keys.title"), "title")
        self.setLayout(
            column(title, scroll, plain_label(say("keys.close"), "small"), spacing=12, margins=(28, 22, 28, 18))
        )
        width = px(1080)
        high = columns.heightForWidth(width - px(70))
        self.resize(width, min(max(high, px(400)) + px(120), parent.height() - px(40)))

    def words(self) -> str:
        """All that the page says."""
        return "\n".join(label.text() for label in self.findChildren(QLabel))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close()

    def _keys_of(self, action: Action) -> str:
        return "1 – 9" if action.argument is not None else shown_keys(action, self._say.language)

    def _grid(self, rows: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(5))
        grid.setColumnMinimumWidth(0, px(150))
        grid.setColumnStretch(1, 1)
        for at, (keys, title) in enumerate(rows):
            grid.addWidget(plain_label(keys, "key"), at, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            grid.addWidget(plain_label(title, wrap=True), at, 1)
        return grid
