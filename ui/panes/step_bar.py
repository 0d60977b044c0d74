"""The reading's own path: hanging steps, those already seen ticked."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from ui.panes.parts import button, clear, plain_label, row
from ui.theme import px, set_role
from workstation.reading.hanging import Step


class StepBar(QFrame):
    """One button per step.

    Signals
    -------
    chosen : index of the step that was clicked.
    """

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        set_role(self, role="banner")
        self._steps = QHBoxLayout()
        self._steps.setSpacing(px(2))
        self._buttons: list[QPushButton] = []
        self.note = plain_label(role="small")
        self.setLayout(row(self._steps, None, self.note, margins=(8, 4, 16, 4)))

    def show_steps(self, steps: Sequence[Step], current: int, seen: set[int], language: str) -> None:
        """Show where the reader is and has been."""
        clear(self._steps)
        self._buttons = []
        for at, step in enumerate(steps):
            state = "current" if at == current else ("done" if at in seen else "ahead")
            title = step.title(language).replace("&", "&&")
            made = button(f"✓ {title}" if state == "done" else title, partial(self.chosen.emit, at), "step")
            set_role(made, state=state)
            self._steps.addWidget(made)
            self._buttons.append(made)

    @property
    def titles(self) -> tuple[str, ...]:
        """The steps as shown."""
        return tuple(made.text() for made in self._buttons)
