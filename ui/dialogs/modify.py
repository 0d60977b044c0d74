"""Accept with changes: what the doctor says the finding is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QDialog, QDoubleSpinBox, QFormLayout, QWidget

from ui.bridge.catalogue import Catalogue
from ui.dialogs.choice import TOP, WIDTH
from ui.panes.parts import button, column, plain_label, row
from ui.theme import px
from workstation.model.study import Laterality
from workstation.model.verdict import BiRads, Description
from workstation.reading.lexicon import Kind

LARGEST_MM = 300.0


class ModifyDialog(QDialog):
    """Kind, side, size, category; every field begins with "as the AI says".

    Parameters
    ----------
    kinds : to choose from.
    before : an earlier change of the same finding, shown again.
    with_category : whether the programme has BI-RADS categories.
    done : gets the description when the doctor confirms.
    """

    def __init__(self, parent: QWidget, say: Catalogue, title: str, kinds: Sequence[Kind], before: Description, *,
                 with_category: bool, done: Callable[[Description], object]) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._over = parent
        self._done = done
        self._kinds = kinds
        self._before = before
        as_stated = say("modify.as_stated")
        self.setWindowTitle(say("modify.title"))
        self.setMinimumWidth(px(WIDTH))
        self.kind = _box([as_stated, *(kind.name(say.language) for kind in kinds)])
        self.side = _box([as_stated, *(say(f"side.{side.value}") for side in _SIDES)])
        self.category = _box([as_stated, *(f"BI-RADS {category.value}" for category in BiRads)])
        self.size_mm = QDoubleSpinBox()
        self.size_mm.setRange(0.0, LARGEST_MM)
        self.size_mm.setDecimals(1)
        self.size_mm.setSuffix(" mm")
        self.size_mm.setSpecialValueText(as_stated)
        form = QFormLayout()
        form.setVerticalSpacing(px(10))
        form.setHorizontalSpacing(px(14))
        form.addRow(plain_label(say("modify.kind"), "dim"), self.kind)
        form.addRow(plain_label(say("modify.side"), "dim"), self.side)
        form.addRow(plain_label(say("modify.size"), "dim"), self.size_mm)
        if with_category:
            form.addRow(plain_label(say("modify.category"), "dim"), self.category)
        confirm = button(say("modify.confirm"), self.accept, "go", focusable=True)
        confirm.setDefault(True)
        cancel = button(say("dialog.cancel"), self.reject, focusable=True)
        heading = plain_label(title, "title", wrap=True)
        self.setLayout(column(heading, form, row(None, cancel, confirm), spacing=16, margins=(22, 18, 22, 18)))
        self._fill(before)

    @property
    def description(self) -> Description:
        """What the fields say; None where the AI's word stays."""
        kind, side, category = self.kind.currentIndex(), self.side.currentIndex(), self.category.currentIndex()
        return Description(
            kind=self._kinds[kind - 1].code if kind else None,
            laterality=_SIDES[side - 1] if side else None,
            size_mm=round(self.size_mm.value(), 1) or None,
            assessment=tuple(BiRads)[category - 1] if category else None,
            marks=self._before.marks,
        )

    def showEvent(self, event: QShowEvent) -> None:
        """Beside the images, over the dock: what is described stays in sight."""
        super().showEvent(event)
        self.move(self._over.mapToGlobal(QPoint(self._over.width() - self.width(), px(TOP))))

    def accept(self) -> None:
        """Confirm."""
        super().accept()
        self._done(self.description)

    def _fill(self, before: Description) -> None:
        codes = [kind.code for kind in self._kinds]
        if before.kind in codes:
            self.kind.setCurrentIndex(codes.index(before.kind) + 1)
        if before.laterality in _SIDES:
            self.side.setCurrentIndex(_SIDES.index(before.laterality) + 1)
        if before.assessment is not None:
            self.category.setCurrentIndex(tuple(BiRads).index(before.assessment) + 1)
        self.size_mm.setValue(before.size_mm or 0.0)


_SIDES = (Laterality.RIGHT, Laterality.LEFT)


def _box(options: list[str]) -> QComboBox:
    box = QComboBox()
    box.addItems(options)
    return box
